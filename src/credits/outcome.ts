import {
  CaptureExceedsHoldError,
  ClawbackExceedsGrantError,
  CreditsError,
  CreditsUnavailableError,
  HoldAlreadyResolvedError,
  HoldExpiredError,
  HoldTakenOverError,
  IdempotencyKeyReusedError,
  InsufficientCreditsError,
  InvalidCreditsInputError,
  RefundExceedsChargeError,
  RestoreExceedsClawbackError,
  UnknownEntryError,
  UnknownHoldError,
  type RunningHold,
} from './credits.errors.js';
import { toNextRefill } from './allowances/allowance.js';
import type { Operation, Outcome } from './ledger/operation.js';
import { toCredits } from './ledger/safe-integer.js';
import type { Balance, Hold, HoldState, Receipt, Reversal } from './credits.types.js';

/** The one table from what the ledger decided to the error a caller sees; `done` and `replayed` are not errors. */
export function refusalOf(operation: Operation, outcome: Outcome): CreditsError | undefined {
  const { detail } = outcome;
  switch (outcome.code) {
    case 'done':
    case 'replayed':
      return undefined;
    case 'insufficient':
      return new InsufficientCreditsError({
        action: operation.action ?? null,
        required: Math.abs(operation.credits ?? 0),
        available: outcome.balance - outcome.held,
        held: outcome.held,
        owed: outcome.owed,
        balanceVersion: outcome.version,
        nextRefill: toNextRefill(detail?.['nextRefill']),
        holds: runningHoldsIn(detail),
      });
    case 'hold_resolved':
      return new HoldAlreadyResolvedError({ holdId: operation.hold_id!, state: String(detail!['state']) });
    case 'hold_expired':
      return new HoldExpiredError({ holdId: operation.hold_id!, state: 'expired' });
    case 'hold_taken_over':
      return new HoldTakenOverError({ holdId: operation.hold_id! });
    case 'capture_exceeds_hold':
      return new CaptureExceedsHoldError({
        holdId: operation.hold_id!,
        held: toCredits(detail!['amount']),
        requested: operation.credits!,
      });
    case 'refund_exceeds_charge':
      return new RefundExceedsChargeError({
        entryId: operation.entry_id!,
        charged: toCredits(detail!['charged']),
        refunded: toCredits(detail!['refunded']),
        requested: operation.credits ?? null,
      });
    case 'clawback_exceeds_grant':
      return new ClawbackExceedsGrantError({
        entryId: operation.entry_id!,
        granted: toCredits(detail!['granted']),
        takenBack: toCredits(detail!['takenBack']),
        requested: operation.credits!,
      });
    case 'restore_exceeds_clawback':
      return new RestoreExceedsClawbackError({
        entryId: operation.entry_id!,
        takenBack: toCredits(detail!['takenBack']),
        requested: operation.credits!,
      });
    case 'key_reused':
      return new IdempotencyKeyReusedError();
    case 'not_found':
      return operation.hold_id === undefined
        ? new UnknownEntryError(operation.entry_id ?? '')
        : new UnknownHoldError(operation.hold_id);
    case 'not_a_charge':
      return new InvalidCreditsInputError([{ path: 'entryId', message: 'must be the entry of a charge' }]);
    case 'not_a_grant':
      return new InvalidCreditsInputError([{ path: 'entryId', message: 'must be the entry of a grant' }]);
    case 'too_large':
      return new InvalidCreditsInputError([{ path: 'credits', message: 'the balance would exceed 2^53-1' }]);
    case 'already_expired':
      return new InvalidCreditsInputError([{ path: 'expiresAt', message: 'must be a time in the future' }]);
    case 'busy':
      return new CreditsUnavailableError();
  }
}

/** There are none to tell of when nothing is held. */
function runningHoldsIn(detail: Outcome['detail']): RunningHold[] {
  const holds = (detail?.['holds'] ?? []) as Record<string, unknown>[];
  return holds.map(({ id, action, amount, expires_at: expiresAt }) => ({
    id: String(id),
    action: String(action),
    amount: toCredits(amount),
    expiresAt: new Date(String(expiresAt)).toISOString(),
  }));
}

export function toBalance({ userId, balance, held, owed, version, decidedAtMs }: Outcome): Balance {
  const asOf = new Date(decidedAtMs).toISOString();
  return { userId, balance, held, available: balance - held, owed, version, asOf };
}

export function toReceipt(operation: Operation, outcome: Outcome): Receipt {
  if (outcome.code === 'replayed') return receiptFrom(outcome.detail!);
  const { id, amount, balance, held, version } = outcome;
  const taken = operation.verb === 'charge' || operation.verb === 'capture';
  const holdId = operation.hold_id ?? null;
  const charged = taken ? amount : 0;
  return {
    entryId: id!,
    holdId,
    charged,
    balance,
    held,
    available: balance - held,
    version,
    replayed: false,
  };
}

export function toReversal(operation: Operation, outcome: Outcome): Reversal {
  const { code, detail } = outcome;
  const isReplayed = code === 'replayed';
  const amount = Math.abs(isReplayed ? toCredits(detail!['amount']) : outcome.amount);
  const owed = isReplayed ? toCredits(detail!['owed_after']) : outcome.owed;
  const moved =
    operation.verb === 'clawback' ? { taken: amount, restored: 0 } : { taken: 0, restored: amount };
  return { ...toReceipt(operation, outcome), ...moved, owed };
}

/** A receipt read from the entry itself equals the first one. */
export function receiptFrom(entry: Record<string, unknown>): Receipt {
  const [amount, balance, held, version] = ['amount', 'balance_after', 'held_after', 'version'].map(
    (column) => toCredits(entry[column]),
  );
  return {
    entryId: String(entry['id']),
    holdId: entry['hold_id'] as string | null,
    charged: entry['kind'] === 'charge' ? Math.abs(amount!) : 0,
    balance: balance!,
    held: held!,
    available: balance! - held!,
    version: version!,
    replayed: true,
  };
}

/** One that was made before: as it was found. */
function foundHold({ userId, detail }: Outcome): Hold {
  return {
    id: String(detail!['id']),
    userId,
    action: String(detail!['action']),
    amount: toCredits(detail!['amount']),
    state: detail!['state'] as HoldState,
    expiresAt: new Date(String(detail!['expires_at'])).toISOString(),
    createdAt: new Date(String(detail!['created_at'])).toISOString(),
    priceVersion: String(detail!['price_version']),
    actor: detail!['actor'] as string | null,
    description: detail!['description'] as string | null,
    replayed: true,
  };
}

/** One that was taken over, which may have made it live longer. */
export function toTakenHold({ ttl_seconds }: Operation, outcome: Outcome): Hold {
  const hold = foundHold(outcome);
  const until = new Date(outcome.decidedAtMs + ttl_seconds! * 1000).toISOString();
  return { ...hold, expiresAt: hold.expiresAt > until ? hold.expiresAt : until };
}

export function toHold(operation: Operation, outcome: Outcome): Hold {
  if (outcome.code === 'replayed') return foundHold(outcome);
  const { id, userId, decidedAtMs } = outcome;
  return {
    id: id!,
    userId,
    action: operation.action!,
    amount: operation.credits!,
    state: 'held',
    expiresAt: new Date(decidedAtMs + operation.ttl_seconds! * 1000).toISOString(),
    createdAt: new Date(decidedAtMs).toISOString(),
    priceVersion: operation.price_version!,
    actor: operation.actor ?? null,
    description: operation.description ?? null,
    replayed: false,
  };
}
