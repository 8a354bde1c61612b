import type { WorkOutcome } from '../held-work.js';

export const JSON_TYPE = 'application/json; charset=utf-8';

export function creditHeaders(outcome: WorkOutcome | undefined): Record<string, string> {
  if (outcome === undefined) return {};
  const { charged, available } = outcome;
  return { 'x-credits-charged': String(charged), 'x-credits-remaining': String(available) };
}

/**
 * The answer to a success: a plain object gets the outcome as a member, unless it has one of that name itself, which
 * stays; anything else stays as it is.
 */
export function withCredits(
  result: unknown,
  outcome: WorkOutcome | undefined,
  member: string | false,
): unknown {
  if (outcome === undefined || member === false || !isPlainObject(result) || member in result) return result;
  return { ...result, [member]: outcome };
}

/** False for what JSON has no form for: a bigint, or a circle. What is not an object is sent as text, and so are bytes. */
export function canBeSent(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value))
    return typeof value !== 'bigint';
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

/** An event of `@Sse()`, whose data is sent as it is where that is text. */
export function canBeEvent(event: unknown): boolean {
  const data = typeof event === 'object' && event !== null ? (event as { data?: unknown }).data : event;
  return typeof data === 'string' || canBeSent(data);
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
