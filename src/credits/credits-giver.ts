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
   * Give credits; opens the wallet if there is none.
   *
   * @throws InvalidCreditsInputError (also when the balance would exceed 2^53−1), IdempotencyKeyInvalidError,
   *   IdempotencyKeyReusedError
   */
  async grant(input: GrantInput, { tx }: InTransaction = {}): Promise<Receipt> {
    const operation = grantOf(input);
    return toReceipt(operation, await this.decisions.make(operation, tx));
  }

  /**
   * Correct a balance: a raise makes a grant of category `compensation`, a cut takes from the grants in burn order.
   *
   * @throws InvalidCreditsInputError, IdempotencyKeyInvalidError, IdempotencyKeyReusedError,
   *   InsufficientCreditsError (a balance cannot fall below what is held)
   */
  async adjust(input: AdjustInput, { tx }: InTransaction = {}): Promise<Receipt> {
    const operation = adjustmentOf(input);
    return toReceipt(operation, await this.decisions.make(operation, tx));
  }

  /**
   * Give a charge back, in full or in part, to the grants it came from. What came from a grant that has expired since
   * returns as a new grant with the same priority and no expiry.
   *
   * @throws InvalidCreditsInputError (also for an entry that is not a charge), IdempotencyKeyInvalidError,
   *   UnknownEntryError, IdempotencyKeyReusedError, RefundExceedsChargeError
   */
  async refund(input: RefundInput, { tx }: InTransaction = {}): Promise<Receipt> {
    const operation = reversalOf('refund', input);
    return toReceipt(operation, await this.decisions.make(operation, tx));
  }

  /**
   * Take back the credits of a grant whose payment was returned: first what is left of it and not held, then what else
   * is available, in burn order; the rest is owed. All clawbacks of a grant, less its restores, take at most what was
   * granted.
   *
   * @throws InvalidCreditsInputError (also for an entry that is not a grant), IdempotencyKeyInvalidError,
   *   UnknownEntryError, IdempotencyKeyReusedError, ClawbackExceedsGrantError
   */
  async clawback(input: ReverseInput, { tx }: InTransaction = {}): Promise<Reversal> {
    const operation = reversalOf('clawback', input);
    return toReversal(operation, await this.decisions.make(operation, tx));
  }

  /**
   * Undo a clawback, in full or in part: it first reduces what is owed, and gives the rest back to the grant, or, if that
   * has expired, to a new grant with the same priority and no expiry.
   *
   * @throws InvalidCreditsInputError (also for an entry that is not a grant), IdempotencyKeyInvalidError,
   *   UnknownEntryError, IdempotencyKeyReusedError, RestoreExceedsClawbackError
   */
  async restore(input: ReverseInput, { tx }: InTransaction = {}): Promise<Reversal> {
    const operation = reversalOf('restore', input);
    return toReversal(operation, await this.decisions.make(operation, tx));
  }

  /**
   * Start an allowance: credits that are granted again every so many months, on time by the database's clock, before
   * anybody reads or spends from the wallet. Opens the wallet if there is none.
   *
   * @throws InvalidCreditsInputError, IdempotencyKeyInvalidError, IdempotencyKeyReusedError, ErasedPersonError
   */
  allow(input: AllowInput, { tx }: InTransaction = {}): Promise<Allowance & { replayed: boolean }> {
    return this.#allowances.allow(input, tx);
  }

  /**
   * Stop the refills of an allowance. Credits it already gave stay until their period ends. A second call does nothing.
   *
   * @throws InvalidCreditsInputError, UnknownAllowanceError
   */
  endAllowance({ id }: { id: string }, { tx }: InTransaction = {}): Promise<Allowance> {
    return this.#allowances.end(id, tx);
  }

  /**
   * Set how many refills an allowance has in all, fewer or more than before, and until when the last one lasts. Credits
   * it already gave stay.
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
   * The ids of the ledger entries of an allowance's refills so far, oldest first; only for an allowance with a number of
   * `refills`.
   *
   * @throws InvalidCreditsInputError
   */
  allowanceRefills({ id }: { id: string }, { tx }: InTransaction = {}): Promise<string[]> {
    return this.#allowances.refillsOf(id, tx);
  }

  /** The allowances of a user, ended ones included, latest first. @throws InvalidCreditsInputError */
  allowances(userId: string, { tx }: InTransaction = {}): Promise<Allowance[]> {
    return this.#allowances.of(userId, tx);
  }

  /** Set what everybody with the monthly grant gets from their next period on. @throws InvalidCreditsInputError */
  setMonthlyGrant(monthly: MonthlyGrant): Promise<void> {
    return this.#allowances.setMonthly(monthly);
  }

  /** Whether a user has the monthly grant; true for everybody while nobody is given one. */
  hasMonthlyGrant(userId: string): Promise<boolean> {
    return this.#allowances.hasMonthly(userId);
  }

  /** Give a user the monthly grant, counted from the day the wallet was opened; does nothing if the user has it. */
  allowMonthlyGrant(userId: string): Promise<void> {
    return this.#allowances.allowMonthly(userId);
  }
}
