import {
  CreditsUnavailableError,
  ErasedPersonError,
  IdempotencyKeyReusedError,
  InvalidCreditsInputError,
  UnknownAllowanceError,
  type CreditsError,
} from '../credits.errors.js';
import type { NextRefill } from '../credits.types.js';
import { toCredits } from '../ledger/safe-integer.js';

/** An allowance: credits that are granted again, a refill in each period of so many months. */
export interface AllowInput {
  userId: string;
  /** Your name for it; the ledger entries of its refills bear it. */
  plan: string;
  /** How many each refill grants. */
  credits: number;
  /** From one refill to the next, on the calendar of `timeZone`: 1 to 120, default 1. */
  months?: number;
  /** When the first refill is due; default now. If it is past, at most 120 periods, refills due by now come at once. */
  anchor?: string | Date;
  /** No refill comes at this time or later, and what is left of the last one expires then. */
  until?: string | Date | null;
  /** At most so many unspent credits of a period stay for the next one; default 0. */
  carry?: number;
  /** An IANA time zone; default UTC. */
  timeZone?: string;
  /** How many refills there are in all, for something paid for once; by default they do not end. */
  refills?: number;
  /** Until when the last of these `refills` lasts; default: until one more would be due. */
  lastUntil?: string | Date;
  /** The id of the user's former allowance: its unspent credits, up to `carry`, move into the first refill of this one. */
  follows?: string;
  reason?: string;
  actor?: string;
  idempotencyKey?: string;
}

export interface Allowance {
  id: string;
  userId: string;
  plan: string;
  credits: number;
  months: number;
  anchor: string;
  until: string | null;
  carry: number;
  timeZone: string;
  /** When the next refill is due; null: there is none any more. */
  nextAt: string | null;
  reason: string | null;
  actor: string | null;
  createdAt: string;
  endedAt: string | null;
}

const FAULTS: Record<string, readonly [path: string, message: string]> = {
  anchor_too_old: ['anchor', 'must be at most 120 periods back'],
  until_too_early: ['until', 'must be later than the anchor'],
  unknown_time_zone: ['timeZone', 'must be a time zone that the database knows'],
};

/** From what the database decided to the error a caller sees; undefined: it was done. */
export function allowanceRefusal(outcome: string): CreditsError | undefined {
  switch (outcome) {
    case 'done':
    case 'replayed':
      return undefined;
    case 'key_reused':
      return new IdempotencyKeyReusedError();
    case 'erased':
      return new ErasedPersonError();
    case 'not_found':
      return new UnknownAllowanceError();
    case 'busy':
      return new CreditsUnavailableError();
    default: {
      const [path, message] = FAULTS[outcome]!;
      return new InvalidCreditsInputError([{ path, message }]);
    }
  }
}

/** From a row of credits.allowances. */
export function toAllowance(row: Record<string, unknown>): Allowance {
  return {
    id: row['id'] as string,
    userId: row['user_id'] as string,
    plan: row['plan'] as string,
    credits: toCredits(row['credits']),
    months: row['months'] as number,
    anchor: toTime(row['anchor'])!,
    until: toTime(row['until']),
    carry: toCredits(row['carry']),
    timeZone: row['time_zone'] as string,
    nextAt: toTime(row['next_at']),
    reason: row['reason'] as string | null,
    actor: row['actor'] as string | null,
    createdAt: toTime(row['created_at'])!,
    endedAt: toTime(row['ended_at']),
  };
}

/** As the database tells it, in JSON. */
export function toNextRefill(told: unknown): NextRefill | null {
  if (told === null || told === undefined) return null;
  const { at, credits } = told as { at: string; credits: unknown };
  return { at: new Date(at).toISOString(), credits: toCredits(credits) };
}

function toTime(value: unknown): string | null {
  return value === null ? null : new Date(value as Date).toISOString();
}
