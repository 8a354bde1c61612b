import type { Allowance, AllowInput } from './allowances/allowance.js';
import { Allowances, type MonthlyGrant } from './allowances/allowances.js';
import {
  InsufficientCreditsError,
  InvalidCreditsInputError,
  PriceExceedsMaxError,
  UnknownEntryError,
  UnknownHoldError,
} from './credits.errors.js';
import type {
  AdjustInput,
  Balance,
  BalanceReading,
  CaptureInput,
  ChargeInput,
  Entry,
  ExtendInput,
  GrantInput,
  GrantState,
  HistoryFilter,
  Hold,
  HoldInput,
  Page,
  Quote,
  QuoteInput,
  RaiseInput,
  Receipt,
  RefundInput,
  ReleaseInput,
  Reversal,
  ReverseInput,
  TakeInput,
} from './credits.types.js';
import type { InTransaction } from './in-transaction.js';
import { adjustmentOf, grantOf, reversalOf } from './giving.js';
import { requireInput } from './input.js';
import { openTransaction } from './database/open-transaction.js';
import type { Groups } from './groups.js';
import { newIdBeside } from './ledger/new-id.js';
import { toCredits, type Operation, type Outcome } from './ledger/operation.js';
import type { Transaction } from './ledger/transaction.js';
import { refusalOf, toBalance, toHold, toReceipt, toReversal, toTakenHold } from './outcome.js';
import type { PriceList } from './price-list.js';
import { isKeyUsed, readBalance, readNextExpiry, readNextRefill, readReceipt } from './reads/balance.js';
import { readGrantState } from './reads/grant-state.js';
import { readEntry, readHistory } from './reads/history.js';
import { HeldPrices } from './prices/held-prices.js';
import type { HeldWork } from './held-work.js';
import { spend, type SpendInput } from './spend.js';
import { quoteFrom, spendingOf } from './spending.js';
import { asUnavailable } from './unavailable.js';
import { HoldKeeper } from './upkeep/hold-keeper.js';
import { traced, type Tracer } from './tracing.js';
import { UNKNOWN_VERSION, type WalletChanges } from './wallet-changes.js';

/**
 * Credits, decided by the database. Every method may also reject with CreditsOverloadedError (nothing was
 * tried) or CreditsUnavailableError (the outcome is unknown: retry with the same idempotency key). Refusals
 * change nothing; the errors of a method stand in the order in which they are looked for.
 *
 * An idempotency key makes its call happen once: again with the same input it answers the first outcome
 * (`replayed`), with another input IdempotencyKeyReusedError. A refused call leaves its key free.
 */
export class CreditsService {
  readonly keeper = new HoldKeeper(this);
  readonly heldPrices: HeldPrices;
  readonly #allowances: Allowances;

  constructor(
    private readonly groups: Groups,
    readonly prices: PriceList,
    readonly holdTtlSeconds: number,
    readonly changes: WalletChanges,
    allowances = new Allowances(groups, changes),
    private readonly tracer?: Tracer,
  ) {
    this.heldPrices = new HeldPrices(prices, groups);
    this.#allowances = allowances;
  }

  /** The wallet as the database has it now; what is due expires first. An unknown user owns 0 credits. */
  async balance(userId: string): Promise<BalanceReading> {
    requireInput({ userId: [userId, 'userId'] });
    const { database } = this.groups.of(userId);
    const reading = await readBalance(database, userId);
    if (reading !== undefined) return reading;
    const settled = toBalance(await this.#decide({ verb: 'settle', user_id: userId }));
    return { ...settled, dueAt: settled.asOf, nextRefill: await readNextRefill(database, userId) };
  }

  /** When credits that are there expire next; null: never. */
  async nextExpiryOf(userId: string): Promise<string | null> {
    requireInput({ userId: [userId, 'userId'] });
    return readNextExpiry(this.groups.of(userId).database, userId);
  }

  /** Whether an idempotency key of a user's has made a ledger entry; it is known for ever. */
  async isKeyUsed({ userId, key }: { userId: string; key: string }): Promise<boolean> {
    requireInput({ userId: [userId, 'userId'] });
    return isKeyUsed(this.groups.of(userId).database, { userId, key });
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
    requireInput({ ttlSeconds: [ttlSeconds, 'ttlSeconds'] });
    const operation = spendingOf(this.prices, 'hold', { ...input, measured: atMost ?? atLeast }, ttlSeconds);
    if (!this.prices.isByUnit(action)) return toHold(operation, await this.#decide(operation, tx));
    await this.heldPrices.keep(input.userId);
    try {
      return toHold(operation, await this.#decide(operation, tx));
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
    requireInput({ holdId: [holdId, 'id'], maxCredits: [maxCredits, 'credits?'] });
    const used = await this.heldPrices.used(holdId, measured, tx);
    const { action, credits, held, priceVersion } = used;
    if (maxCredits !== undefined && credits > maxCredits) {
      throw new PriceExceedsMaxError({ required: credits, maxCredits, priceVersion });
    }
    if (credits <= held) return;
    const id = newIdBeside(holdId);
    try {
      await this.#decide({ verb: 'raise', id, hold_id: holdId, credits, action }, tx);
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
    requireInput({
      holdId: [holdId, 'id'],
      credits: [credits, 'credits?'],
      actor: [actor, 'actor?'],
      description: [description, 'description?'],
    });
    const used = measured && (await this.heldPrices.used(holdId, measured, tx));
    const taken = used === undefined ? credits : Math.min(used.credits, used.held);
    const operation: Operation = {
      verb: 'capture',
      hold_id: holdId,
      credits: taken,
      actor,
      description,
      owner,
    };
    const receipt = toReceipt(operation, await this.#decide(operation, tx));
    if (used !== undefined && used.credits > used.held) this.heldPrices.noteUnderheld(holdId, used);
    return receipt;
  }

  /**
   * The receipt of a hold that was captured before: for a retry that finds it so.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError (also for a hold that was not captured)
   */
  async receiptOf(holdId: string): Promise<Receipt> {
    requireInput({ holdId: [holdId, 'id'] });
    const receipt = await readReceipt(this.groups.ofId(holdId).database, holdId);
    if (receipt === undefined) throw new UnknownHoldError(holdId);
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
    requireInput({
      holdId: [holdId, 'id'],
      reason: [reason, 'reason?'],
      actor: [actor, 'actor?'],
      description: [description, 'description?'],
    });
    const operation: Operation = { verb: 'release', hold_id: holdId, reason, actor, description, owner };
    return toBalance(await this.#decide(operation, tx));
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
    requireInput({ holdId: [holdId, 'id'], ttlSeconds: [ttlSeconds, 'ttlSeconds'] });
    const operation: Operation = { verb: 'extend', hold_id: holdId, ttl_seconds: ttlSeconds, owner };
    return toBalance(await this.#decide(operation, tx));
  }

  /**
   * Take a running hold over: from now on `owner` has it, and its former owner can neither keep nor resolve it.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError (also one of another user or action), HoldExpiredError,
   *   HoldAlreadyResolvedError
   */
  async take({ userId, action, holdId, owner }: TakeInput, { tx }: InTransaction = {}): Promise<Hold> {
    requireInput({ userId: [userId, 'userId'], action: [action, 'action'], holdId: [holdId, 'id'] });
    const ttl_seconds = this.holdTtlSeconds;
    const operation: Operation = {
      verb: 'take',
      user_id: userId,
      hold_id: holdId,
      action,
      owner,
      ttl_seconds,
    };
    return toTakenHold(operation, await this.#decide(operation, tx));
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
    const operation = spendingOf(this.prices, 'charge', input);
    return toReceipt(operation, await this.#decide(operation, tx));
  }

  /**
   * Give credits; opens the wallet when there is none.
   *
   * @throws InvalidCreditsInputError (also when the balance would exceed 2^53−1), IdempotencyKeyInvalidError,
   *   IdempotencyKeyReusedError
   */
  async grant(input: GrantInput, { tx }: InTransaction = {}): Promise<Receipt> {
    const operation = grantOf(input);
    return toReceipt(operation, await this.#decide(operation, tx));
  }

  /**
   * Correct a balance: a raise is a grant of category compensation, a cut draws in burn order.
   *
   * @throws InvalidCreditsInputError, IdempotencyKeyInvalidError, IdempotencyKeyReusedError,
   *   InsufficientCreditsError (never below what is held)
   */
  async adjust(input: AdjustInput, { tx }: InTransaction = {}): Promise<Receipt> {
    const operation = adjustmentOf(input);
    return toReceipt(operation, await this.#decide(operation, tx));
  }

  /**
   * Give a charge back, in all or in part, to the grants it came from; what came from a grant that expired
   * meanwhile returns as a new grant of the same priority without expiry.
   *
   * @throws InvalidCreditsInputError (also for an entry that is not a charge), IdempotencyKeyInvalidError,
   *   UnknownEntryError, IdempotencyKeyReusedError, RefundExceedsChargeError
   */
  async refund(input: RefundInput, { tx }: InTransaction = {}): Promise<Receipt> {
    const operation = reversalOf('refund', input);
    return toReceipt(operation, await this.#decide(operation, tx));
  }

  /**
   * Credits that come back: poured at each boundary by the database's clock, before anybody sees the wallet or spends.
   * Opens the wallet when there is none.
   *
   * @throws InvalidCreditsInputError, IdempotencyKeyInvalidError, IdempotencyKeyReusedError, ErasedPersonError
   */
  allow(input: AllowInput, { tx }: InTransaction = {}): Promise<Allowance & { replayed: boolean }> {
    return this.#allowances.allow(input, tx);
  }

  /**
   * No refill comes after this; what was poured stays until its period ends. Again it is nothing.
   *
   * @throws InvalidCreditsInputError, UnknownAllowanceError
   */
  endAllowance({ id }: { id: string }, { tx }: InTransaction = {}): Promise<Allowance> {
    return this.#allowances.end(id, tx);
  }

  /**
   * So many refills in all, fewer or more than before; the last of them lasts until then. What was poured stays.
   *
   * @throws InvalidCreditsInputError, UnknownAllowanceError
   */
  limitAllowance(
    { id, refills, lastUntil }: { id: string; refills: number; lastUntil?: string | Date },
    { tx }: InTransaction = {},
  ): Promise<Allowance> {
    return this.#allowances.limit(id, refills, lastUntil, tx);
  }

  /**
   * The ledger entries of an allowance's refills so far, the first one first, where it has a number of `refills`.
   *
   * @throws InvalidCreditsInputError
   */
  allowanceRefills({ id }: { id: string }, { tx }: InTransaction = {}): Promise<string[]> {
    return this.#allowances.refillsOf(id, tx);
  }

  /** The allowances of a user, those that ended too, the latest first. @throws InvalidCreditsInputError */
  allowances(userId: string, { tx }: InTransaction = {}): Promise<Allowance[]> {
    return this.#allowances.of(userId, tx);
  }

  /** What everybody with the monthly grant is given from the next period on. @throws InvalidCreditsInputError */
  setMonthlyGrant(monthly: MonthlyGrant): Promise<void> {
    return this.#allowances.setMonthly(monthly);
  }

  /** Whether a user has the monthly grant; also when nobody is given one. */
  hasMonthlyGrant(userId: string): Promise<boolean> {
    return this.#allowances.hasMonthly(userId);
  }

  /** The monthly grant for a user who has none, from the day on which the wallet was opened. */
  allowMonthlyGrant(userId: string): Promise<void> {
    return this.#allowances.allowMonthly(userId);
  }

  /**
   * Take credits of a grant back because its money went back: what is left of it and not held first, then in burn order
   * what is available; the rest is owed. Over all clawbacks and restores at most what was granted.
   *
   * @throws InvalidCreditsInputError (also for an entry that is not a grant), IdempotencyKeyInvalidError,
   *   UnknownEntryError, IdempotencyKeyReusedError, ClawbackExceedsGrantError
   */
  async clawback(input: ReverseInput, { tx }: InTransaction = {}): Promise<Reversal> {
    const operation = reversalOf('clawback', input);
    return toReversal(operation, await this.#decide(operation, tx));
  }

  /**
   * Give credits again that a clawback took: what is owed is forgiven first, the rest goes back to that grant, or to a
   * new one of the same priority without expiry where it has expired.
   *
   * @throws InvalidCreditsInputError (also for an entry that is not a grant), IdempotencyKeyInvalidError,
   *   UnknownEntryError, IdempotencyKeyReusedError, RestoreExceedsClawbackError
   */
  async restore(input: ReverseInput, { tx }: InTransaction = {}): Promise<Reversal> {
    const operation = reversalOf('restore', input);
    return toReversal(operation, await this.#decide(operation, tx));
  }

  /**
   * What became of a grant. In the caller's transaction its wallet is locked until that ends, so nobody spends what is
   * left meanwhile; what is due expires first.
   *
   * @throws InvalidCreditsInputError (also for an entry that is not a grant), UnknownEntryError
   */
  async grantState({ entryId }: { entryId: string }, { tx }: InTransaction = {}): Promise<GrantState> {
    requireInput({ entryId: [entryId, 'id'] });
    await this.#decide({ verb: 'settle', entry_id: entryId }, tx);
    const state = await readGrantState(this.groups.ofId(entryId).database.in(tx), entryId);
    if (state !== undefined) return state;
    throw new InvalidCreditsInputError([{ path: 'entryId', message: 'must be the entry of a grant' }]);
  }

  /**
   * A wallet's ledger entries, newest first; the cursor stays right while entries are added.
   *
   * @throws InvalidCreditsInputError
   */
  async history(userId: string, filter: HistoryFilter = {}): Promise<Page<Entry>> {
    requireInput({ userId: [userId, 'userId'] });
    return readHistory(this.groups.of(userId).database, userId, filter);
  }

  /**
   * One ledger entry and whose it is, as the caller's transaction sees it.
   *
   * @throws InvalidCreditsInputError, UnknownEntryError
   */
  async entry(entryId: string, { tx }: InTransaction = {}): Promise<Entry & { userId: string }> {
    requireInput({ entryId: [entryId, 'id'] });
    const entry = await readEntry(this.groups.ofId(entryId).database.in(tx), entryId);
    if (entry === undefined) throw new UnknownEntryError(entryId);
    return entry;
  }

  #decide(operation: Operation, tx?: Transaction): Promise<Outcome> {
    return traced(this.tracer, operation, () => this.#decideOne(operation, tx));
  }

  async #decideOne(operation: Operation, tx?: Transaction): Promise<Outcome> {
    let outcome: Outcome;
    try {
      const { ledger } = this.groups.ofOperation(operation);
      outcome = await (tx === undefined
        ? ledger.apply(operation)
        : ledger.applyIn(openTransaction(tx), operation, !this.changes.tellsOf(tx)));
    } catch (error) {
      // It may have happened all the same.
      if (operation.user_id !== undefined) this.changes.committed(operation.user_id, UNKNOWN_VERSION);
      throw asUnavailable(error);
    }
    // After a refusal too: what was due may have expired just before it.
    const { code, userId, amount, balance, held, version } = outcome;
    const collected = toCredits(outcome.detail?.['collected'] ?? 0);
    const change =
      code === 'done' ? { verb: operation.verb, amount, collected, balance, held, version } : undefined;
    if (tx === undefined) this.changes.committed(userId, version, change);
    else this.changes.pending(userId, tx, change);
    const refusal = refusalOf(operation, outcome);
    if (refusal !== undefined) throw refusal;
    return outcome;
  }
}
