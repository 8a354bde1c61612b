import { Logger } from '@nestjs/common';
import { CreditsError, HoldAlreadyResolvedError } from './credits.errors.js';
import type {
  Balance,
  CaptureInput,
  ExtendInput,
  Hold,
  RaiseInput,
  Receipt,
  ReleaseInput,
} from './credits.types.js';
import type { InTransaction } from './in-transaction.js';
import type { HeldPrices } from './prices/held-prices.js';
import type { Measured } from './prices/price.js';
import type { HoldKeeper } from './upkeep/hold-keeper.js';

const logger = new Logger('Credits');

/** The part of CreditsService that the work calls. */
export interface HoldVerbs {
  quote(input: { action: string; measured: Measured }): unknown;
  raise(input: RaiseInput): Promise<void>;
  capture(input: CaptureInput, within?: InTransaction): Promise<Receipt>;
  release(input: ReleaseInput, within?: InTransaction): Promise<Balance>;
  extend(input: ExtendInput, within?: InTransaction): Promise<Balance>;
  receiptOf(holdId: string): Promise<Receipt>;
  readonly heldPrices: HeldPrices;
}

export interface HoldTools {
  credits: HoldVerbs;
  keeper: HoldKeeper;
}

/** How much is charged; by default what `use` reported, or the whole hold. */
export type Taken = Pick<CaptureInput, 'credits' | 'measured'>;

/**
 * What became of the credits of a piece of work, and the wallet right after it. `charged` is 0 when the work failed, and
 * when its hold was handed over.
 */
export type WorkOutcome = Pick<Balance, 'available' | 'held' | 'balance' | 'version'> & {
  charged: number;
  entryId: string | null;
  holdId: string | null;
};

/** The maker of the hold owns it until it is taken over. */
const FIRST_OWNER = '-';

export interface Holding {
  /** How many units the hold is for: its amount is their price. */
  units: number;
  /** Who has the hold, if it was taken over. */
  owner?: string;
  /** false: the hold is not committed yet and needs no keeping alive. */
  isKept?: boolean;
}

/**
 * A piece of work under its hold: a request, a worker of a queue, a cron job. The hold is kept alive
 * until it is captured, released or handed over to the worker that continues.
 */
export class HeldWork {
  /** Set once the credits are captured, released or handed over. */
  outcome: WorkOutcome | undefined;
  #used: number | Measured | undefined;
  #receipt: Receipt | undefined;
  #releasing: Promise<boolean> | undefined;
  #isHandedOver = false;
  readonly #units: number;
  readonly #owner: string;
  #description: string | undefined;

  constructor(
    private readonly tools: HoldTools,
    readonly hold: Hold,
    { units, owner = FIRST_OWNER, isKept = true }: Holding,
  ) {
    this.#units = units;
    this.#owner = owner;
    if (isKept) tools.keeper.keep({ holdId: hold.id, owner });
  }

  get id(): string {
    return this.hold.id;
  }

  get userId(): string {
    return this.hold.userId;
  }

  get isHandedOver(): boolean {
    return this.#isHandedOver;
  }

  /**
   * Report how much was used so far, in total: a later report replaces an earlier one. The capture then takes that much
   * instead of the whole hold, and never more than the hold.
   *
   * @throws RangeError for a number that is not whole or is below 0; InvalidMeasureError for quantities that do not fit
   *   the price
   */
  use(used: number | Measured): void {
    if (typeof used === 'object') this.tools.credits.quote({ action: this.hold.action, measured: used });
    else if (!Number.isSafeInteger(used) || used < 0) {
      throw new RangeError(`work.use() takes a whole number of units, not ${String(used)}`);
    }
    this.#used = used;
  }

  /** Raise the hold to what the work needs, once that is known. @throws what CreditsService.raise throws, HoldTakenOverError */
  raise(measured: Measured, { maxCredits }: Pick<RaiseInput, 'maxCredits'> = {}): Promise<void> {
    return this.tools.credits.raise({ holdId: this.hold.id, measured, maxCredits, owner: this.#owner });
  }

  /** Name what the work is on, such as a file. People read it on the resolved hold and on the charge. */
  describe(name: string): void {
    this.#description = storable(name);
  }

  /** Whether `use` reported more than nothing. */
  get hasUsed(): boolean {
    const used = this.#used ?? 0;
    return typeof used === 'number' ? used > 0 : Object.values(used).some((quantity) => quantity > 0);
  }

  /**
   * Charge what was used: `taken`, else what `use` reported, else the whole hold. With `tx` the charge commits with the
   * caller's transaction, and may be tried again after a rollback.
   *
   * @throws HoldAlreadyResolvedError, HoldExpiredError, UnknownHoldError, CaptureExceedsHoldError
   */
  async capture(taken: Taken = {}, { tx }: InTransaction = {}): Promise<Receipt> {
    const holdId = this.hold.id;
    // Even if that release could not be written: work that was given up must not be charged later.
    if (this.#releasing !== undefined) throw new HoldAlreadyResolvedError({ holdId, state: 'released' });
    const input = { holdId, ...this.#taken(taken), description: this.#description, owner: this.#owner };
    const receipt = await this.tools.credits.capture(input, { tx }).catch((error: unknown) => {
      if (!isOfCaptured(error)) throw error;
      if (this.#receipt !== undefined) return this.#receipt;
      // A later owner may have captured a hold that was taken over; any other, the host did through the service.
      if (this.#owner !== FIRST_OWNER) throw error;
      return this.tools.credits.receiptOf(holdId);
    });
    this.#receipt = receipt;
    this.#settle(receipt, receipt.charged, receipt.entryId);
    return receipt;
  }

  /**
   * Release the hold, once; a captured hold stays captured. The work cannot succeed after this: for a success that costs
   * nothing, capture 0 credits. Without `tx` it never rejects: if the database is away, the hold expires by itself. With
   * `tx` it does reject, because nothing more can be done in that transaction, and it may be repeated after a rollback.
   *
   * @returns false if the hold was certainly no longer this work's
   */
  release(reason: string, { tx }: InTransaction = {}): Promise<boolean> {
    if (tx !== undefined && this.#releasing === undefined) return this.#release(reason, { tx });
    this.#releasing ??= this.#release(reason);
    return this.#releasing;
  }

  /**
   * Leave the hold to another worker, which has `ttlSeconds` to take it over. Nothing is charged here, and the hold is
   * released only if this part of the work still fails.
   *
   * @returns the hold's id, for `take` or `spend`
   * @throws InvalidCreditsInputError, HoldAlreadyResolvedError, HoldExpiredError, UnknownHoldError
   */
  async handOver({ ttlSeconds }: { ttlSeconds: number }, { tx }: InTransaction = {}): Promise<string> {
    const wallet = await this.tools.credits.extend(
      { holdId: this.hold.id, ttlSeconds, owner: this.#owner },
      { tx },
    );
    this.#settle(wallet, 0, null);
    this.#isHandedOver = true;
    return this.hold.id;
  }

  #taken({ credits, measured }: Taken): Taken {
    if (credits !== undefined || measured !== undefined) return { credits, measured };
    const used = this.#used;
    if (typeof used !== 'number') return { measured: used };
    const { amount, action, priceVersion } = this.hold;
    if (used === this.#units) return {};
    const cost = this.#units === 0 ? 0 : (amount / this.#units) * used;
    if (used < this.#units) return { credits: cost };
    this.tools.credits.heldPrices.noteUnderheld(this.hold.id, {
      action,
      held: amount,
      credits: cost,
      priceVersion,
    });
    return {};
  }

  async #release(reason: string, { tx }: InTransaction = {}): Promise<boolean> {
    this.tools.keeper.drop(this.hold.id);
    try {
      const released = {
        holdId: this.hold.id,
        reason: storable(reason),
        description: this.#description,
        owner: this.#owner,
      };
      this.#settle(await this.tools.credits.release(released, { tx }), 0, null);
      return true;
    } catch (error) {
      // The next statement in that transaction would fail too, and hide the reason.
      if (tx !== undefined && !isRefusal(error)) throw error;
      // The hold was resolved meanwhile, or the database is away: nothing more can be done here. After a client has left,
      // nobody awaits the release, so throwing would end the process.
      if (!(error instanceof CreditsError)) logger.error(`a hold was not released: ${String(error)}`);
      // Charged only if that is certain.
      if (!isOfCaptured(error)) this.outcome = undefined;
      return !isGone(error);
    }
  }

  #settle(wallet: Balance | Receipt, charged: number, entryId: string | null): void {
    const { available, held, balance, version } = wallet;
    this.tools.keeper.drop(this.hold.id);
    this.outcome = { charged, available, held, balance, version, entryId, holdId: this.hold.id };
  }
}

/** An error's message may hold what the ledger refuses, and a refused reason would leave the credits on hold. */
function storable(reason: string): string | undefined {
  return reason.slice(0, 200).toWellFormed().replaceAll('\0', '\ufffd') || undefined;
}

const GONE: readonly string[] = ['hold_already_resolved', 'hold_expired', 'hold_taken_over', 'not_found'];

/** The hold is certainly no longer this work's, and was not captured. */
function isGone(error: unknown): boolean {
  return error instanceof CreditsError && GONE.includes(error.code) && !isOfCaptured(error);
}

function isRefusal(error: unknown): boolean {
  return error instanceof CreditsError && error.getStatus() < 500;
}

function isOfCaptured(error: unknown): boolean {
  return error instanceof HoldAlreadyResolvedError && error.facts['state'] === 'captured';
}
