import { Allowances } from './allowances/allowances.js';
import { CreditsGiver } from './credits-giver.js';
import { InsufficientCreditsError, PriceExceedsMaxError } from './credits.errors.js';
import type {
  Balance,
  CaptureInput,
  ChargeInput,
  ExtendInput,
  Hold,
  HoldInput,
  Quote,
  QuoteInput,
  RaiseInput,
  Receipt,
  ReleaseInput,
  TakeInput,
} from './credits.types.js';
import { Decisions } from './decisions.js';
import type { Groups } from './groups.js';
import type { HeldWork } from './held-work.js';
import type { InTransaction } from './in-transaction.js';
import { requireInput } from './input.js';
import { newIdBeside } from './ledger/new-id.js';
import { Operation } from './ledger/operation.js';
import { toBalance, toHold, toReceipt, toTakenHold } from './outcome.js';
import type { PriceList } from './price-list.js';
import { HeldPrices } from './prices/held-prices.js';
import { spend, type SpendInput } from './spend.js';
import { quoteFrom, spendingOf } from './spending.js';
import type { Tracer } from './tracing.js';
import { HoldKeeper } from './upkeep/hold-keeper.js';
import type { WalletChanges } from './wallet-changes.js';

/**
 * Credits, decided by the database. Every method may also reject with CreditsOverloadedError (nothing was
 * tried) or CreditsUnavailableError (the outcome is unknown: retry with the same idempotency key). Refusals
 * change nothing; the errors of a method stand in the order in which they are looked for.
 *
 * An idempotency key makes its call happen once: again with the same input it answers the first outcome
 * (`replayed`), with another input IdempotencyKeyReusedError. A refused call leaves its key free.
 *
 * The verbs that spend stand here; what gives credits in credits-giver.ts, what only reads in credits-reader.ts.
 */
export class CreditsService extends CreditsGiver {
  readonly keeper = new HoldKeeper(this);
  readonly heldPrices: HeldPrices;

  constructor(
    groups: Groups,
    readonly prices: PriceList,
    readonly holdTtlSeconds: number,
    readonly changes: WalletChanges,
    allowances = new Allowances(groups, changes),
    tracer?: Tracer,
  ) {
    super(groups, new Decisions(groups, changes, tracer), allowances);
    this.heldPrices = new HeldPrices(prices, groups);
  }

  /**
   * What an action costs: price × units, or what was `measured` at a price by unit.
   *
   * @throws InvalidCreditsInputError, UnpricedActionError, InvalidMeasureError
   */
  quote(input: QuoteInput): Quote {
    return quoteFrom(this.prices, input);
  }

  /**
   * Set credits aside for one piece of work; at a price by unit, those for the most that it may use. Repeating a key
   * answers the same hold, whatever its state is now.
   *
   * @throws InvalidCreditsInputError, UnpricedActionError, InvalidMeasureError, IdempotencyKeyInvalidError,
   *   IdempotencyKeyReusedError, InsufficientCreditsError
   */
  async hold(input: HoldInput, { tx }: InTransaction = {}): Promise<Hold> {
    const { ttlSeconds = this.holdTtlSeconds, action, atMost, atLeast } = input;
    requireInput({ ttlSeconds }, { ttlSeconds: 'ttlSeconds' });
    const operation = spendingOf(this.prices, 'hold', input, atMost ?? atLeast, ttlSeconds);
    if (!this.prices.isByUnit(action)) return toHold(operation, await this.decisions.make(operation, tx));
    await this.heldPrices.keep(input.userId);
    try {
      return toHold(operation, await this.decisions.make(operation, tx));
    } catch (error) {
      if (!(error instanceof InsufficientCreditsError) || input.credits !== undefined) throw error;
      throw error.with({ estimate: true, ...(atMost ? { atMost } : { atLeast }) });
    }
  }

  /**
   * Hold what was measured, where less is held so far: for work whose price is known only when it has begun. A hold
   * never gets smaller, and one at a price per call stays as it is.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError, InvalidMeasureError, PriceExceedsMaxError, HoldExpiredError,
   *   HoldAlreadyResolvedError, InsufficientCreditsError (what is held stays held then)
   */
  async raise({ holdId, measured, maxCredits }: RaiseInput, { tx }: InTransaction = {}): Promise<void> {
    requireInput({ holdId, maxCredits }, { holdId: 'id', maxCredits: 'credits?' });
    const used = await this.heldPrices.used(holdId, measured, tx);
    const { action, credits, held, priceVersion } = used;
    if (maxCredits !== undefined && credits > maxCredits) {
      throw new PriceExceedsMaxError({ required: credits, maxCredits, priceVersion });
    }
    if (credits <= held) return;
    const id = newIdBeside(holdId);
    try {
      await this.decisions.make({ verb: 'raise', id, hold_id: holdId, credits, action }, tx);
    } catch (error) {
      if (!(error instanceof InsufficientCreditsError)) throw error;
      // What it holds already is its own to use.
      const { available, held: allHeld, holds } = error.facts;
      const others = holds.filter((hold) => hold.id !== holdId);
      const shortage = { available: available + held, held: allHeld - held, holds: others };
      throw error.with(shortage, ' Nothing was stored and nothing is charged.');
    }
  }

  /**
   * Take what a hold set aside, or part of it; the rest is free again at once. What was `measured` is priced as the
   * hold was; where more was used than is held, what is held is taken, and counted and logged.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError, InvalidMeasureError, HoldExpiredError,
   *   HoldAlreadyResolvedError, CaptureExceedsHoldError
   */
  async capture(
    { holdId, credits, measured, actor, description, owner }: CaptureInput,
    { tx }: InTransaction = {},
  ): Promise<Receipt> {
    requireInput(
      { holdId, credits, actor, description },
      { holdId: 'id', credits: 'credits?', actor: 'actor?', description: 'description?' },
    );
    const used = measured && (await this.heldPrices.used(holdId, measured, tx));
    const taken = used === undefined ? credits : Math.min(used.credits, used.held);
    const operation = new Operation({
      verb: 'capture',
      hold_id: holdId,
      credits: taken,
      actor,
      description,
      owner,
    });
    const receipt = toReceipt(operation, await this.decisions.make(operation, tx));
    if (used !== undefined && used.credits > used.held) this.heldPrices.noteUnderheld(holdId, used);
    return receipt;
  }

  /**
   * Give back what a hold set aside.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError, HoldExpiredError, HoldAlreadyResolvedError
   */
  async release(
    { holdId, reason, actor, description, owner }: ReleaseInput,
    { tx }: InTransaction = {},
  ): Promise<Balance> {
    requireInput(
      { holdId, reason, actor, description },
      { holdId: 'id', reason: 'reason?', actor: 'actor?', description: 'description?' },
    );
    const operation = new Operation({ verb: 'release', hold_id: holdId, reason, actor, description, owner });
    return toBalance(await this.decisions.make(operation, tx));
  }

  /**
   * Keep a hold alive for another `ttlSeconds` from now; a hold never gets shorter.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError, HoldExpiredError, HoldAlreadyResolvedError
   */
  async extend(
    { holdId, ttlSeconds = this.holdTtlSeconds, owner }: ExtendInput,
    { tx }: InTransaction = {},
  ): Promise<Balance> {
    requireInput({ holdId, ttlSeconds }, { holdId: 'id', ttlSeconds: 'ttlSeconds' });
    const operation: Operation = { verb: 'extend', hold_id: holdId, ttl_seconds: ttlSeconds, owner };
    return toBalance(await this.decisions.make(operation, tx));
  }

  /**
   * Take a running hold over: from now on `owner` has it, and its former owner can neither keep nor resolve it.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError (also one of another user or action), HoldExpiredError,
   *   HoldAlreadyResolvedError
   */
  async take({ userId, action, holdId, owner }: TakeInput, { tx }: InTransaction = {}): Promise<Hold> {
    requireInput({ userId, action, holdId }, { userId: 'userId', action: 'action', holdId: 'id' });
    const ttl_seconds = this.holdTtlSeconds;
    const operation: Operation = {
      verb: 'take',
      user_id: userId,
      hold_id: holdId,
      action,
      owner,
      ttl_seconds,
    };
    return toTakenHold(operation, await this.decisions.make(operation, tx));
  }

  /**
   * Do a piece of work that is not a request: hold (or take over `holdId`), keep the hold alive, run the work, then
   * capture what it used, or release all of it when it throws. With `tx` all of it happens in the caller's transaction,
   * which then keeps the wallet locked while the work runs.
   *
   * @throws InvalidCreditsInputError, UnpricedActionError, IdempotencyKeyInvalidError, IdempotencyKeyReusedError,
   *   InsufficientCreditsError, IdempotencyKeySpentError (the key was captured before), IdempotencyInProgressError (it is
   *   held now); with `holdId` what `take` throws: all of them before the work runs
   * @throws HoldTakenOverError another worker continues; nothing of this one is charged
   */
  spend<T>(
    input: SpendInput,
    work: (work: HeldWork) => T | Promise<T>,
    within: InTransaction = {},
  ): Promise<T> {
    return spend(this, input, work, within);
  }

  /**
   * Hold and capture at once, for work that cannot fail.
   *
   * @throws InvalidCreditsInputError, UnpricedActionError, InvalidMeasureError, IdempotencyKeyInvalidError,
   *   IdempotencyKeyReusedError, InsufficientCreditsError
   */
  async charge(input: ChargeInput, { tx }: InTransaction = {}): Promise<Receipt> {
    const operation = spendingOf(this.prices, 'charge', input, input.measured);
    return toReceipt(operation, await this.decisions.make(operation, tx));
  }
}
