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
import { requireInput, requireOneAmount } from './input.js';
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
 * tried) or CreditsUnavailableError (the outcome is unknown: retry with the same idempotency key). A refusal changes
 * nothing. Each method lists its errors in the order in which it checks for them.
 *
 * An idempotency key makes a call happen once. A second call with the same input gets the first outcome, marked
 * `replayed`; one with another input is refused with IdempotencyKeyReusedError. A refused call leaves its key free.
 *
 * The methods that spend are in this file, those that give in credits-giver.ts, those that only read in credits-reader.ts.
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
   * What an action costs: price × `units`, or at a price by unit the sum for what was `measured`. Asks no database.
   *
   * @throws InvalidCreditsInputError, UnpricedActionError, InvalidMeasureError
   */
  quote(input: QuoteInput): Quote {
    return quoteFrom(this.prices, input);
  }

  /**
   * Set credits aside for one piece of work; at a price by unit, enough for `atMost` or `atLeast`. A repeated key gets
   * the same hold again, whatever state it is in by then.
   *
   * @throws InvalidCreditsInputError, UnpricedActionError, InvalidMeasureError, IdempotencyKeyInvalidError,
   *   IdempotencyKeyReusedError, InsufficientCreditsError
   */
  async hold(input: HoldInput, { tx }: InTransaction = {}): Promise<Hold> {
    const { ttlSeconds = this.holdTtlSeconds, action, atMost, atLeast } = input;
    requireInput({ ttlSeconds }, { ttlSeconds: 'ttlSeconds' });
    requireOneAmount({ credits: input.credits, atMost, atLeast });
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
   * Raise a hold to the price of `measured`, for work that learns only on its way how much it needs. A hold never gets
   * smaller, and one at a price per call does not change.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError, InvalidMeasureError, PriceExceedsMaxError, HoldExpiredError,
   *   HoldAlreadyResolvedError, InsufficientCreditsError (what was held before stays held)
   */
  async raise(
    { holdId, measured, maxCredits, owner }: RaiseInput,
    { tx }: InTransaction = {},
  ): Promise<void> {
    requireInput({ holdId, maxCredits }, { holdId: 'id', maxCredits: 'credits?' });
    const used = await this.heldPrices.used(holdId, measured, tx);
    const { action, credits, held, priceVersion } = used;
    if (maxCredits !== undefined && credits > maxCredits) {
      throw new PriceExceedsMaxError({ required: credits, maxCredits, priceVersion });
    }
    if (credits <= held) return;
    const operation: Operation = {
      verb: 'raise',
      id: newIdBeside(holdId),
      hold_id: holdId,
      credits,
      action,
      owner,
    };
    try {
      await this.decisions.make(operation, tx);
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
   * Charge what a hold set aside, or part of it; the rest is released at once. `measured` is priced as the hold was. If
   * it costs more than was held, the whole hold is charged, the log says so, and a metric counts it.
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
    requireOneAmount({ credits, measured });
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
   * End a hold without a charge: all of its credits are available again.
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
   * Keep a hold alive until `ttlSeconds` from now. If it already lasts longer, it does not change.
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
   * Take over a running hold: `owner` has it from now on, and its former owner can no longer extend or resolve it.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError (also if user or action differ), HoldExpiredError,
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
   * Run work that is not an HTTP request: make a hold (or take over `holdId`), keep it alive while the work runs, then
   * capture what the work used, or release everything if it throws. Resolves with the result of the work. With `tx` all
   * of this happens in the caller's transaction, which locks the wallet while the work runs.
   *
   * @throws InvalidCreditsInputError, UnpricedActionError, IdempotencyKeyInvalidError, IdempotencyKeyReusedError,
   *   InsufficientCreditsError, IdempotencyKeySpentError (work with this key was charged before),
   *   IdempotencyInProgressError (work with this key is running); with `holdId`, what `take` throws. All of these come
   *   before the work runs.
   * @throws HoldTakenOverError if another worker took the hold over meanwhile; this one is charged nothing
   * @throws whatever the work throws
   */
  spend<T>(
    input: SpendInput,
    work: (work: HeldWork) => T | Promise<T>,
    within: InTransaction = {},
  ): Promise<T> {
    return spend(this, input, work, within);
  }

  /**
   * Charge without a hold, for work that cannot fail.
   *
   * @throws InvalidCreditsInputError, UnpricedActionError, InvalidMeasureError, IdempotencyKeyInvalidError,
   *   IdempotencyKeyReusedError, InsufficientCreditsError
   */
  async charge(input: ChargeInput, { tx }: InTransaction = {}): Promise<Receipt> {
    const { credits, measured } = input;
    requireOneAmount({ credits, measured });
    const operation = spendingOf(this.prices, 'charge', input, measured);
    return toReceipt(operation, await this.decisions.make(operation, tx));
  }
}
