import type { AdjustInput, GrantInput, RefundInput, ReverseInput } from './credits.types.js';
import { keyed, requireInput, timeOf } from './input.js';
import { newId, newIdBeside } from './ledger/new-id.js';
import type { Operation } from './ledger/operation.js';

// What somebody does about the credits of a wallet, as the ledger decides it: an actor does it, for a reason. Each
// throws InvalidCreditsInputError and IdempotencyKeyInvalidError.

export function grantOf(input: GrantInput): Operation {
  const { userId, credits, reason, actor, category = 'paid', priority = 50 } = input;
  const expiresAt = input.expiresAt ?? undefined;
  requireInput(
    { userId, credits, reason, actor, category, priority, expiresAt },
    {
      userId: 'userId',
      credits: 'given',
      reason: 'reason',
      actor: 'actor',
      category: 'category',
      priority: 'priority',
      expiresAt: 'time?',
    },
  );
  const expires_at = expiresAt === undefined ? undefined : new Date(timeOf(expiresAt)).toISOString();
  const what = ['grant', credits, reason, actor, category, priority, expires_at];
  return {
    verb: 'grant',
    id: newId(userId),
    user_id: userId,
    credits,
    reason,
    actor,
    category,
    priority,
    expires_at,
    ...keyed(input.idempotencyKey, what),
  };
}

export function adjustmentOf({ userId, credits, reason, actor, idempotencyKey }: AdjustInput): Operation {
  requireInput(
    { userId, credits, reason, actor },
    { userId: 'userId', credits: 'change', reason: 'reason', actor: 'actor' },
  );
  const key = keyed(idempotencyKey, ['adjust', credits, reason, actor]);
  return { verb: 'adjust', id: newId(userId), user_id: userId, credits, reason, actor, ...key };
}

/** A refund of a charge, or a clawback or a restore of a grant: each is about an entry, which tells whose it is. */
export function reversalOf(
  verb: 'refund' | 'clawback' | 'restore',
  { entryId, credits, reason, actor, idempotencyKey }: RefundInput | ReverseInput,
): Operation {
  requireInput(
    { entryId, credits, reason, actor },
    { entryId: 'id', credits: verb === 'refund' ? 'given?' : 'given', reason: 'reason', actor: 'actor' },
  );
  const key = keyed(idempotencyKey, [verb, entryId, credits, reason, actor]);
  return { verb, id: newIdBeside(entryId), entry_id: entryId, credits, reason, actor, ...key };
}
