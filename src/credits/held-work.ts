import { Logger } from '@nestjs/common';
import { CreditsError, HoldAlreadyResolvedError } from './credits.errors.js';
import type { Balance, CaptureInput, ExtendInput, Hold, Receipt, ReleaseInput } from './credits.types.js';
import type { InTransaction } from './in-transaction.js';
import type { HeldPrices } from './prices/held-prices.js';
import type { Measured } from './prices/price.js';
import type { HoldKeeper } from './upkeep/hold-keeper.js';

const logger = new Logger('Credits');

/** What the work wants of CreditsService. */
export interface HoldVerbs {
  quote(input: { action: string; measured: Measured }): unknown;
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

/** How much is taken: what was said to be used, unless it is said here. */
export type Taken = Pick<CaptureInput, 'credits' | 'measured'>;

/** What became of the credits of a piece of work: charged on success, nothing on failure, still held when handed over. */
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
  /** Who has it now, where it was taken over. */
  owner?: string;
  /** False: it lives as long as the transaction that makes it. */
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
   * Say how much was used so far, in all: what is said last counts. That much is captured in the end instead of all
   * that is held, and never more than that.
   *
   * @throws RangeError, InvalidMeasureError for what is not a whole number from 0 on, or of no unit of the price
   */
  use(used: number | Measured): void {
    if (typeof used === 'object') this.tools.credits.quote({ action: this.hold.action, measured: used });
    else if (!Number.isSafeInteger(used) || used < 0) {
      throw new RangeError(`work.use() takes a whole number of units, not ${String(used)}`);
    }
    this.#used = used;
  }

  /** What the work is on, for people: the name of a file. It stands on the hold when that is over, and on the charge. */
  describe(name: string): void {
    this.#description = storable(name);
  }

  /** Something was used, by what was said. */
  get hasUsed(): boolean {
    const used = this.#used ?? 0;
    return typeof used === 'number' ? used > 0 : Object.values(used).some((quantity) => quantity > 0);
  }

  /**
   * Take what was used, which is all that is held unless `use` said less, or what is said here; with `tx` it is taken
   * when the caller's transaction commits, and may be taken again after a rollback.
   *
   * @throws HoldAlreadyResolvedError, HoldExpiredError, UnknownHoldError, CaptureExceedsHoldError
   */
  async capture(taken: Taken = {}, { tx }: InTransaction = {}): Promise<Receipt> {
    const holdId = this.hold.id;
    // Also when the release could not be written: what was given up is not charged later.
    if (this.#releasing !== undefined) throw new HoldAlreadyResolvedError({ holdId, state: 'released' });
    const input = { holdId, ...this.#taken(taken), description: this.#description, owner: this.#owner };
    const receipt = await this.tools.credits.capture(input, { tx }).catch((error: unknown) => {
      if (!isOfCaptured(error)) throw error;
      if (this.#receipt !== undefined) return this.#receipt;
      // By the host through the service; or, where holds are taken over, by whoever came after this work.
      if (this.#owner !== FIRST_OWNER) throw error;
      return this.tools.credits.receiptOf(holdId);
    });
    this.#receipt = receipt;
    this.#settle(receipt, receipt.charged, receipt.entryId);
    return receipt;
  }

  /**
   * Releases the hold, once. A release inside `tx` does not count as that once, because it may roll back. Outside `tx`
   * it never rejects: if the database is away, the hold expires on its own. Inside it rejects, because nothing more can
   * be done in that transaction. A hold that was captured stays captured. The work cannot succeed after it: a
   * success that is to cost nothing captures 0 credits.
   * False: the hold was certainly not this work's any more.
   */
  release(reason: string, { tx }: InTransaction = {}): Promise<boolean> {
    if (tx !== undefined && this.#releasing === undefined) return this.#release(reason, { tx });
    this.#releasing ??= this.#release(reason);
    return this.#releasing;
  }

  /**
   * Leave the hold to the worker that continues, which has `ttlSeconds` to begin; answers the hold's id. Nothing is
   * captured here then, and the hold is released only if this part fails after it.
   *
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
      // What comes next in that transaction would fail too, and hide why.
      if (tx !== undefined && !isRefusal(error)) throw error;
      // Resolved meanwhile, or the database is away: either way nothing more can be done for it here. Nobody waits
      // for the release after a client left, so throwing would end the process.
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

/** A message may hold what the ledger refuses, and a refused reason must not keep the credits. */
function storable(reason: string): string | undefined {
  return reason.slice(0, 200).toWellFormed().replaceAll('\0', '\ufffd') || undefined;
}

const GONE: readonly string[] = ['hold_already_resolved', 'hold_expired', 'hold_taken_over', 'not_found'];

/** The hold is certainly not this work's any more, and it was not captured. */
function isGone(error: unknown): boolean {
  return error instanceof CreditsError && GONE.includes(error.code) && !isOfCaptured(error);
}

function isRefusal(error: unknown): boolean {
  return error instanceof CreditsError && error.getStatus() < 500;
}

function isOfCaptured(error: unknown): boolean {
  return error instanceof HoldAlreadyResolvedError && error.facts['state'] === 'captured';
}
