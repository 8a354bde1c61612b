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
    /** What comes in pays it first. */
    owed: number;
    /** How many are missing: required + owed − available. */
    shortfall: number;
    balanceVersion: number;
    /** When more come by themselves; null: none do. */
    nextRefill: { at: string; credits: number } | null;
    /** The oldest of those that make up `held`. */
    holds: { id: string; action: string; amount: number; expiresAt: string }[];
    topUpUrl?: string;
    /** The cheapest that covers the shortfall comes first. */
    offers?: Offer[];
    /** At a price by what is measured: what it can come to at most, or at least. */
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

/** The server said no: a problem of RFC 9457, whose `code` says which. */
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

  /** Whether what was asked for may have happened all the same, or may yet: the same key finds out. */
  get isUnsure(): boolean {
    return this.status >= 500 || this.passes;
  }

  /** Whether it is worth asking again: it was about that moment, not about what was asked. */
  get passes(): boolean {
    return (
      [408, 429, 502, 503, 504].includes(this.status) || this.members['code'] === 'idempotency_in_progress'
    );
  }
}

/** No answer came, or not all of it: whether the server heard the question is unknown. */
export class Unreachable extends Error {
  override name = 'Unreachable';

  constructor(cause?: unknown) {
    super('The server cannot be reached.', { cause });
  }
}

/** Tells problems apart by their codes, and knows their members: `isProblem(error, 'insufficient_credits')`. */
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
