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
  /** Continue under this hold instead of making one; `units` says how many it is for. */
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

/** Hold, or take a hold over, run the work, capture what it used or release all; see CreditsService.spend. */
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
    // Where the caller's transaction is broken the hold goes with it, and why it broke matters more.
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
  // One that nobody else can see yet is kept by the transaction that makes it.
  const isKept = within.tx === undefined;
  return new HeldWork({ credits, keeper: credits.keeper }, hold, { units, owner, isKept });
}

/** Users see the reason of a release, so what a bug says is not in it. */
function reasonOf(error: unknown): string {
  return error instanceof HttpException ? error.message : 'the work failed';
}
