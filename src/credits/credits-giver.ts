import type { Allowance, AllowInput } from './allowances/allowance.js';
import type { Allowances, MonthlyGrant } from './allowances/allowances.js';
import { CreditsReader } from './credits-reader.js';
import type {
  AdjustInput,
  GrantInput,
  Receipt,
  RefundInput,
  Reversal,
  ReverseInput,
} from './credits.types.js';
import type { Decisions } from './decisions.js';
import { adjustmentOf, grantOf, reversalOf } from './giving.js';
import type { Groups } from './groups.js';
import type { InTransaction } from './in-transaction.js';
import { toReceipt, toReversal } from './outcome.js';

/** What CreditsService gives to wallets and takes back, once or each month. */
export class CreditsGiver extends CreditsReader {
  readonly #allowances: Allowances;

  constructor(groups: Groups, decisions: Decisions, allowances: Allowances) {
    super(groups, decisions);
    this.#allowances = allowances;
  }

  /**
   * Give credits; opens the wallet when there is none.
   *
   * @throws InvalidCreditsInputError (also when the balance would exceed 2^53−1), IdempotencyKeyInvalidError,
   *   IdempotencyKeyReusedError
   */
  async grant(input: GrantInput, { tx }: InTransaction = {}): Promise<Receipt> {
    const operation = grantOf(input);
    return toReceipt(operation, await this.decisions.make(operation, tx));
  }

  /**
   * Correct a balance: a raise is a grant of category compensation, a cut draws in burn order.
   *
   * @throws InvalidCreditsInputError, IdempotencyKeyInvalidError, IdempotencyKeyReusedError,
   *   InsufficientCreditsError (never below what is held)
   */
  async adjust(input: AdjustInput, { tx }: InTransaction = {}): Promise<Receipt> {
    const operation = adjustmentOf(input);
    return toReceipt(operation, await this.decisions.make(operation, tx));
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
    return toReceipt(operation, await this.decisions.make(operation, tx));
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
    return toReversal(operation, await this.decisions.make(operation, tx));
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
    return toReversal(operation, await this.decisions.make(operation, tx));
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
}
