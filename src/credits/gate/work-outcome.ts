import type { Balance } from '../credits.types.js';

/** What became of a request's credits, for its answer: charged on success, nothing on failure. */
export type WorkOutcome = Pick<Balance, 'available' | 'held' | 'balance' | 'version'> & {
  charged: number;
  entryId: string | null;
  holdId: string | null;
};

export function creditHeaders(outcome: WorkOutcome | undefined): Record<string, string> {
  if (outcome === undefined) return {};
  const { charged, available } = outcome;
  return { 'x-credits-charged': String(charged), 'x-credits-remaining': String(available) };
}

/** The answer to a success: a plain object gets the member `credits`, anything else stays as it is. */
export function withCredits(result: unknown, credits: WorkOutcome | undefined): unknown {
  return credits !== undefined && isPlainObject(result) ? { ...result, credits } : result;
}

/** What the framework would send as JSON, and can therefore be repeated byte for byte. */
export function isJson(value: unknown): boolean {
  return isPlainObject(value) || Array.isArray(value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
