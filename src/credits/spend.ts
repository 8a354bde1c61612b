import { HttpException } from '@nestjs/common';
import { IdempotencyInProgressError, IdempotencyKeySpentError } from './credits.errors.js';
import type { Hold, HoldInput } from './credits.types.js';
import { HeldWork, type HoldVerbs } from './held-work.js';
import type { InTransaction } from './in-transaction.js';
import type { HoldKeeper } from './upkeep/hold-keeper.js';

export interface SpendInput extends Pick<
  HoldInput,
  'userId' | 'action' | 'units' | 'atMost' | 'idempotencyKey' | 'actor' | 'description'
> {
  /** Continue under this hold instead of making one; `units` is then what the hold was made for. */
  holdId?: string;
}

interface SpendVerbs extends HoldVerbs {
  readonly keeper: HoldKeeper;
  hold(input: HoldInput, within: InTransaction): Promise<Hold>;
  take(
    input: { userId: string; action: string; holdId: string; owner: string },
    within: InTransaction,
  ): Promise<Hold>;
}

/** See CreditsService.spend. */
export async function spend<T>(
  credits: SpendVerbs,
  input: SpendInput,
  run: (work: HeldWork) => T | Promise<T>,
  within: InTransaction,
): Promise<T> {
  const work = await begin(credits, input, within);
  let result: T;
  try {
    result = await run(work);
  } catch (error) {
    // If the caller's transaction has failed, the hold is undone with it, and the first error matters more.
    await work.release(reasonOf(error), within).catch(() => false);
    throw error;
  }
  if (work.outcome === undefined) await work.capture({}, within);
  return result;
}

async function begin(credits: SpendVerbs, input: SpendInput, within: InTransaction): Promise<HeldWork> {
  const { holdId, units = 1, ...rest } = input;
  const owner = holdId === undefined ? undefined : crypto.randomUUID();
  const hold =
    holdId === undefined
      ? await credits.hold({ ...rest, units }, within)
      : await credits.take({ userId: input.userId, action: input.action, holdId, owner: owner! }, within);
  if (holdId === undefined && hold.replayed) {
    throw hold.state === 'captured' ? new IdempotencyKeySpentError() : new IdempotencyInProgressError(1);
  }
  // Nobody can see, or expire, a hold that is not committed yet, so it needs no keeping alive.
  const isKept = within.tx === undefined;
  return new HeldWork({ credits, keeper: credits.keeper }, hold, { units, owner, isKept });
}

/** Users see the reason of a release: the message of a bug must not be in it. */
function reasonOf(error: unknown): string {
  return error instanceof HttpException ? error.message : 'the work failed';
}
