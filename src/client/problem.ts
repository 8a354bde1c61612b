import type { Shapes } from './shapes.js';
import type { Offer } from './types.js';

/** The server's own codes; a host may have more. */
export type ProblemCode = Shapes['Problem']['code'];

/** The members that belong to a code, beside those of every problem. */
export interface ProblemMembers {
  insufficient_credits: {
    action: string | null;
    required: number;
    available: number;
    held: number;
    /** Credits that come in pay this first. */
    owed: number;
    /** How many credits are missing: required + owed − available. */
    shortfall: number;
    balanceVersion: number;
    /** The next refill of an allowance; null: there is none. */
    nextRefill: { at: string; credits: number } | null;
    /** The oldest ten of the holds that make up `held`. */
    holds: { id: string; action: string; amount: number; expiresAt: string }[];
    topUpUrl?: string;
    /** What the user can buy; the cheapest offer that covers the shortfall comes first. */
    offers?: Offer[];
    /** At a price per measured unit: the most, or the least, that the work may use. */
    atMost?: Record<string, number>;
    atLeast?: Record<string, number>;
  };
  price_exceeds_max: { required: number; maxCredits: number; priceVersion: string };
  balance_version_unknown: { balanceVersion: number };
  validation_failed: { errors: { path: string; message: string }[] };
  payload_too_large: { limitBytes: number };
  storage_full: { limitBytes: number; usedBytes: number };
}

type MembersOf<C extends string> = Readonly<Record<string, unknown>> &
  (C extends keyof ProblemMembers ? ProblemMembers[C] : unknown);

/** The server refused: an RFC 9457 problem. `code` says which, and `members` has the rest of the body. */
export class CreditsProblem<C extends string = string> extends Error {
  override name = 'CreditsProblem';

  constructor(
    readonly status: number,
    readonly members: MembersOf<C>,
    readonly retryAfterSeconds: number | null,
  ) {
    super(textOf(members['detail']) ?? textOf(members['title']) ?? `The server answered ${status}.`);
  }

  get code(): C | 'unknown' {
    return (textOf(this.members['code']) as C | null) ?? 'unknown';
  }

  /** Finds the request in the server's log. */
  get requestId(): string | null {
    return textOf(this.members['requestId']);
  }

  /** Whether the request may have taken effect all the same, or may yet; a retry with the same key finds out. */
  get isUnsure(): boolean {
    return this.status >= 500 || this.passes;
  }

  /** Whether the same request may succeed later. */
  get passes(): boolean {
    return (
      [408, 429, 502, 503, 504].includes(this.status) || this.members['code'] === 'idempotency_in_progress'
    );
  }
}

/** No answer came, or only part of it: whether the request took effect is unknown. */
export class Unreachable extends Error {
  override name = 'Unreachable';

  constructor(cause?: unknown) {
    super('The server cannot be reached.', { cause });
  }
}

/** Whether an error is the problem with this code; it also types the members: `isProblem(error, 'insufficient_credits')`. */
export function isProblem<C extends ProblemCode>(error: unknown, code: C): error is CreditsProblem<C> {
  return error instanceof CreditsProblem && error.code === code;
}

export function problemFrom(status: number, body: unknown, retryAfter: string | null): CreditsProblem {
  const members = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return new CreditsProblem(status, members, secondsOf(retryAfter));
}

/** `Retry-After` is a number of seconds or a date. */
function secondsOf(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
