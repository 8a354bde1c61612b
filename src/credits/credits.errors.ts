import { HttpException } from '@nestjs/common';
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
 * A refusal. As an HttpException any Nest app answers it with the right status and an RFC 9457 body; outside
 * HTTP it is an Error with a `code` and the `facts` it speaks of.
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
 * Whether an error is a refusal of the credit system, or that very one. By its code and not by its class: there may be
 * two copies of the classes in one process, one for `import` and one for `require`.
 */
export function isCreditsError(error: unknown, code?: ProblemCode): error is CreditsError {
  if (!(error instanceof Error) || !('code' in error) || !('facts' in error)) return false;
  return code === undefined ? Object.hasOwn(PROBLEMS, String(error.code)) : error.code === code;
}

/** What has credits set aside; they are free again when its work ends, or at `expiresAt` if nobody keeps it alive. */
export interface RunningHold {
  id: string;
  action: string;
  amount: number;
  expiresAt: string;
}

export interface Shortage {
  action: string | null;
  required: number;
  available: number;
  held: number;
  /** What comes in pays this first; nothing is available while it is more than 0. */
  owed: number;
  balanceVersion: number;
  /** When more come by themselves; null: none do. */
  nextRefill: NextRefill | null;
  /** The oldest ten of those that make up `held`. */
  holds: readonly RunningHold[];
  /** At a price by unit, before the work: `required` is what `atMost` comes to, or `atLeast`. */
  estimate?: true;
  atMost?: Measured;
  atLeast?: Measured;
}

export class InsufficientCreditsError extends CreditsError {
  declare readonly facts: Facts & Shortage & { shortfall: number };

  constructor(shortage: Shortage, consequence = '') {
    const { action, required, available, owed, atMost, atLeast } = shortage;
    const bound = atMost ? 'at most ' : atLeast ? 'at least ' : '';
    const debt = owed > 0 ? ` ${owed} credits are owed: what comes in pays them first.` : '';
    super(
      'insufficient_credits',
      `${action ?? 'This'} needs ${bound}${required} credits, ${available} ${available === 1 ? 'is' : 'are'} available.${debt}${consequence}`,
      { ...shortage, shortfall: required + owed - available },
    );
  }

  /** The same refusal, with more that is known about it. */
  with(more: Partial<Shortage>, consequence?: string): InsufficientCreditsError {
    return new InsufficientCreditsError({ ...this.facts, ...more }, consequence);
  }
}

/** The host's `userOf` names nobody. */
export class NotSignedInError extends CreditsError {
  constructor() {
    super('unauthenticated', 'Nobody is signed in.');
  }
}

export class PriceExceedsMaxError extends CreditsError {
  constructor(facts: { required: number; maxCredits: number; priceVersion: string }) {
    super(
      'price_exceeds_max',
      `The price is ${facts.required} credits, the limit ${facts.maxCredits}.`,
      facts,
    );
  }
}

export class HoldAlreadyResolvedError extends CreditsError {
  constructor(facts: { holdId: string; state: string }) {
    super('hold_already_resolved', `The hold is ${facts.state} already.`, facts);
  }
}

export class HoldExpiredError extends CreditsError {
  constructor(facts: { holdId: string; state: 'expired' }) {
    super('hold_expired', 'Nobody kept the hold alive; its credits are free again.', facts);
  }
}

/** Another worker continues: what this one did is not wanted any more. */
export class HoldTakenOverError extends CreditsError {
  constructor(facts: { holdId: string }) {
    super('hold_taken_over', 'Another worker has taken the hold over and continues the work.', facts);
  }
}

export class CaptureExceedsHoldError extends CreditsError {
  constructor(facts: { holdId: string; held: number; requested: number }) {
    super(
      'capture_exceeds_hold',
      `Cannot capture ${facts.requested} credits from a hold of ${facts.held}.`,
      facts,
    );
  }
}

export class RefundExceedsChargeError extends CreditsError {
  constructor(facts: { entryId: string; charged: number; refunded: number; requested: number | null }) {
    const { charged, refunded } = facts;
    super(
      'refund_exceeds_charge',
      `Only ${charged - refunded} of the ${charged} credits charged ${charged - refunded === 1 ? 'is' : 'are'} left to refund.`,
      facts,
    );
  }
}

export class ClawbackExceedsGrantError extends CreditsError {
  constructor(facts: { entryId: string; granted: number; takenBack: number; requested: number }) {
    const { granted, takenBack } = facts;
    super(
      'clawback_exceeds_grant',
      `Granted ${granted} credits, ${takenBack} of them taken back before.`,
      facts,
    );
  }
}

export class RestoreExceedsClawbackError extends CreditsError {
  constructor(facts: { entryId: string; takenBack: number; requested: number }) {
    super('restore_exceeds_clawback', `${facts.takenBack} credits of the grant are taken back.`, facts);
  }
}

export class IdempotencyKeyInvalidError extends CreditsError {
  constructor(detail: string) {
    super('idempotency_key_invalid', detail);
  }
}

export class IdempotencyKeyReusedError extends CreditsError {
  constructor() {
    super('idempotency_key_reused', 'The same key came with another input before.');
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

/** Somebody who was erased is given nothing that comes back. */
export class ErasedPersonError extends CreditsError {
  constructor() {
    super('forbidden', 'This person was erased; nothing comes back to them.');
  }
}

export class InvalidCreditsInputError extends CreditsError {
  constructor(readonly errors: readonly { path: string; message: string }[]) {
    const [first] = errors;
    super('validation_failed', first === undefined ? '' : `${first.path}: ${first.message}`, { errors });
  }
}

/** The database could not be asked or its answer was lost: whether anything happened is unknown. */
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
