import { HttpException } from '@nestjs/common';
import { counted } from './counted.js';
import type { NextRefill } from './credits.types.js';
import type { Measured } from './prices/price.js';
import { REFUSALS, typeOf } from './problem-types.js';

/** Every refusal of the credit system: its code, its HTTP status and the sentence a client may read. */
export const PROBLEMS = {
  unauthenticated: [401, 'Sign in first'],
  insufficient_credits: [402, 'Not enough credits'],
  price_exceeds_max: [409, 'The price is above the limit the client set'],
  hold_already_resolved: [409, 'The hold was resolved before'],
  hold_taken_over: [409, 'Somebody else has taken the hold over'],
  hold_expired: [409, 'The hold expired'],
  capture_exceeds_hold: [422, 'More credits than the hold set aside'],
  refund_exceeds_charge: [422, 'More credits than the charge has left to refund'],
  clawback_exceeds_grant: [422, 'More credits than the grant has left to take back'],
  restore_exceeds_clawback: [422, 'More credits than were taken back of the grant'],
  idempotency_key_invalid: [400, 'The idempotency key is not valid'],
  idempotency_key_reused: [422, 'The idempotency key was used with another input'],
  idempotency_in_progress: [409, 'A request with this idempotency key is still running'],
  idempotency_key_spent: [409, 'The idempotency key was used and its answer is no longer kept'],
  balance_version_unknown: [412, 'The balance has no such version yet'],
  forbidden: [403, 'Not allowed'],
  not_found: [404, 'Not found'],
  validation_failed: [400, 'The input is not valid'],
  credits_unavailable: [503, 'The credit balance could not be read or written'],
  overloaded: [503, 'Too many requests at once'],
  internal: [500, 'Internal error'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

export type Facts = Readonly<Record<string, unknown>>;

/**
 * A refusal. It is an HttpException, so any Nest application answers it with its status and an RFC 9457 body; outside
 * HTTP it is an Error with a `code` and `facts`, the members that the body has besides.
 */
export class CreditsError extends HttpException {
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly facts: Facts = {},
    options?: ErrorOptions,
  ) {
    const [status, title] = PROBLEMS[code];
    const body = { type: typeOf(code), title, status, detail, code, ...facts };
    super(body, status, options);
    REFUSALS.add(body);
    this.message = detail;
    this.name = new.target.name;
  }
}

/**
 * Whether an error is a refusal of the credit system, or the one with this code. It compares codes, not classes: a
 * process may have two copies of the classes, one from `import` and one from `require`.
 */
export function isCreditsError(error: unknown, code?: ProblemCode): error is CreditsError {
  if (!(error instanceof Error) || !('code' in error) || !('facts' in error)) return false;
  return code === undefined ? Object.hasOwn(PROBLEMS, String(error.code)) : error.code === code;
}

/** A hold that is not resolved yet. Its credits are free again when its work ends, or at `expiresAt` at the latest. */
export interface RunningHold {
  id: string;
  action: string;
  amount: number;
  expiresAt: string;
}

/** What a wallet lacks; all amounts in credits. */
export interface Shortage {
  /** null if the credits were not for an action, as in an adjustment. */
  action: string | null;
  required: number;
  available: number;
  held: number;
  /** Credits that come in pay this first; while it is above 0, nothing is available. */
  owed: number;
  /** The wallet's version when it was refused. */
  balanceVersion: number;
  /** The next refill of an allowance; null: there is none. */
  nextRefill: NextRefill | null;
  /** The oldest ten of the holds that make up `held`. */
  holds: readonly RunningHold[];
  /** True before work at a price by unit: `required` is the price of `atMost` or `atLeast`. */
  estimate?: true;
  atMost?: Measured;
  atLeast?: Measured;
}

export class InsufficientCreditsError extends CreditsError {
  declare readonly facts: Facts & Shortage & { shortfall: number };

  constructor(shortage: Shortage, consequence = '') {
    const { action, required, available, owed, atMost, atLeast } = shortage;
    const bound = atMost ? 'at most ' : atLeast ? 'at least ' : '';
    const debt =
      owed > 0
        ? ` ${counted(owed, 'credit')} ${owed === 1 ? 'is' : 'are'} owed, and new credits pay those first.`
        : '';
    super(
      'insufficient_credits',
      `${action ?? 'This'} needs ${bound}${counted(required, 'credit')}, ${available} ${available === 1 ? 'is' : 'are'} available.${debt}${consequence}`,
      { ...shortage, shortfall: required + owed - available },
    );
  }

  /** The same refusal, with more that is known about it. */
  with(more: Partial<Shortage>, consequence?: string): InsufficientCreditsError {
    return new InsufficientCreditsError({ ...this.facts, ...more }, consequence);
  }
}

/** The `userOf` of the module returned nobody. */
export class NotSignedInError extends CreditsError {
  constructor() {
    super('unauthenticated', 'Nobody is signed in.');
  }
}

export class PriceExceedsMaxError extends CreditsError {
  constructor(facts: { required: number; maxCredits: number; priceVersion: string }) {
    super(
      'price_exceeds_max',
      `The price is ${counted(facts.required, 'credit')}, the limit ${facts.maxCredits}.`,
      facts,
    );
  }
}

export class HoldAlreadyResolvedError extends CreditsError {
  constructor(facts: { holdId: string; state: string }) {
    super('hold_already_resolved', `The hold is already ${facts.state}.`, facts);
  }
}

export class HoldExpiredError extends CreditsError {
  constructor(facts: { holdId: string; state: 'expired' }) {
    super('hold_expired', 'The hold was not kept alive in time; its credits are available again.', facts);
  }
}

/** Another worker has the hold and continues the work: drop what this one did. */
export class HoldTakenOverError extends CreditsError {
  constructor(facts: { holdId: string }) {
    super('hold_taken_over', 'Another worker has taken the hold over and continues the work.', facts);
  }
}

export class CaptureExceedsHoldError extends CreditsError {
  constructor(facts: { holdId: string; held: number; requested: number }) {
    super(
      'capture_exceeds_hold',
      `Cannot capture ${counted(facts.requested, 'credit')} from a hold of ${facts.held}.`,
      facts,
    );
  }
}

export class RefundExceedsChargeError extends CreditsError {
  constructor(facts: { entryId: string; charged: number; refunded: number; requested: number | null }) {
    const { charged, refunded } = facts;
    super(
      'refund_exceeds_charge',
      `Only ${charged - refunded} of the ${counted(charged, 'credit')} charged ${charged - refunded === 1 ? 'is' : 'are'} left to refund.`,
      facts,
    );
  }
}

export class ClawbackExceedsGrantError extends CreditsError {
  constructor(facts: { entryId: string; granted: number; takenBack: number; requested: number }) {
    const { granted, takenBack } = facts;
    super(
      'clawback_exceeds_grant',
      `Only ${granted - takenBack} of the ${counted(granted, 'credit')} granted ${granted - takenBack === 1 ? 'is' : 'are'} left to take back.`,
      facts,
    );
  }
}

export class RestoreExceedsClawbackError extends CreditsError {
  constructor(facts: { entryId: string; takenBack: number; requested: number }) {
    super(
      'restore_exceeds_clawback',
      `Only ${counted(facts.takenBack, 'credit')} of this grant ${facts.takenBack === 1 ? 'is' : 'are'} taken back, so no more can be restored.`,
      facts,
    );
  }
}

export class IdempotencyKeyInvalidError extends CreditsError {
  constructor(detail: string) {
    super('idempotency_key_invalid', detail);
  }
}

export class IdempotencyKeyReusedError extends CreditsError {
  constructor() {
    super('idempotency_key_reused', 'This key was used before with another input.');
  }
}

export class IdempotencyInProgressError extends CreditsError {
  constructor(retryAfterSeconds: number) {
    super('idempotency_in_progress', 'The first request with this key has not ended yet.', {
      retryAfterSeconds,
    });
  }
}

export class IdempotencyKeySpentError extends CreditsError {
  constructor() {
    super('idempotency_key_spent', 'The key was used before; its answer is no longer kept.');
  }
}

/** The client has seen a newer state of the wallet than the database has. */
export class BalanceVersionUnknownError extends CreditsError {
  constructor(balanceVersion: number) {
    super('balance_version_unknown', `The balance is at version ${balanceVersion}.`, { balanceVersion });
  }
}

export class UnknownHoldError extends CreditsError {
  constructor(holdId: string) {
    super('not_found', 'There is no such hold.', { holdId });
  }
}

export class UnknownEntryError extends CreditsError {
  constructor(entryId: string) {
    super('not_found', 'There is no such ledger entry.', { entryId });
  }
}

export class UnknownAllowanceError extends CreditsError {
  constructor() {
    super('not_found', 'There is no such allowance.');
  }
}

/** An erased person cannot have an allowance. */
export class ErasedPersonError extends CreditsError {
  constructor() {
    super('forbidden', 'This person was erased and cannot have an allowance.');
  }
}

export class InvalidCreditsInputError extends CreditsError {
  constructor(readonly errors: readonly { path: string; message: string }[]) {
    const [first] = errors;
    super('validation_failed', first === undefined ? '' : `${first.path}: ${first.message}`, { errors });
  }
}

/** The database did not answer: whether anything happened is unknown. */
export class CreditsUnavailableError extends CreditsError {
  constructor(cause?: unknown) {
    super('credits_unavailable', 'Please try again in a moment.', { retryAfterSeconds: 1 }, { cause });
  }
}

/** Refused before anything was tried. */
export class CreditsOverloadedError extends CreditsError {
  constructor(cause?: unknown) {
    super('overloaded', 'Please try again in a moment.', { retryAfterSeconds: 1 }, { cause });
  }
}
