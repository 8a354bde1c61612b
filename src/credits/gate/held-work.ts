import type { InTransaction, CreditsService } from '../credits.service.js';
import type { Balance, Hold, Receipt } from '../credits.types.js';
import type { HoldKeeper } from '../upkeep/hold-keeper.js';

/** What became of a request's credits, for its answer: charged on success, nothing on failure. */
export type WorkOutcome = Pick<Balance, 'available' | 'held' | 'balance' | 'version'> & {
  charged: number;
  entryId: string | null;
  holdId: string;
};

/**
 * The hold of one paid request, kept alive until it is resolved. A handler that stores rows captures it in the
 * transaction of those rows; one that does not leaves it to the gate.
 */
export class HeldWork {
  /** Set once the credits are captured or released. */
  outcome: WorkOutcome | undefined;
  #resolving: Promise<void> | undefined;

  constructor(
    readonly hold: Hold,
    private readonly credits: CreditsService,
    private readonly keeper: HoldKeeper,
  ) {
    keeper.keep(hold.id);
  }

  /** Take the credits, or part of them; with `tx` they are taken when the caller's transaction commits. */
  async capture({ credits }: { credits?: number } = {}, { tx }: InTransaction = {}): Promise<Receipt> {
    const receipt = await this.credits.capture({ holdId: this.hold.id, credits }, { tx });
    this.#settle(receipt, receipt.charged, receipt.entryId);
    return receipt;
  }

  /**
   * Give the credits back, once; resolves also when they could not be given back now, for the hold then expires
   * by itself. A hold that was captured stays captured.
   */
  release(reason: string): Promise<void> {
    this.#resolving ??= this.#release(reason);
    return this.#resolving;
  }

  async #release(reason: string): Promise<void> {
    this.keeper.drop(this.hold.id);
    try {
      this.#settle(await this.credits.release({ holdId: this.hold.id, reason }), 0, null);
    } catch {
      // Resolved meanwhile, or the database is away: either way nothing more can be done for it here.
    }
  }

  #settle(
    { available, held, balance, version }: Balance | Receipt,
    charged: number,
    entryId: string | null,
  ): void {
    this.keeper.drop(this.hold.id);
    this.outcome = { charged, available, held, balance, version, entryId, holdId: this.hold.id };
  }
}

const works = new WeakMap<object, HeldWork>();

export function attachWork(request: object, work: HeldWork): void {
  works.set(request, work);
}

/** The paid work of a request; undefined when it is free or not gated. */
export function workOf(request: object): HeldWork | undefined {
  return works.get(request);
}
