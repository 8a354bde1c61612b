import type { Courier } from './events/courier.js';
import type { Couriers } from './events/couriers.js';
import { byServer, type Groups } from './groups.js';
import type { Tally } from './ledger/tally.js';
import type { HeldPrices } from './prices/held-prices.js';
import type { HoldKeeper } from './upkeep/hold-keeper.js';
import type { Sweeper } from './upkeep/sweeper.js';

/** What there is to measure about the credit system in this process. Looking asks the database nothing. */
export class CreditsVitals {
  constructor(
    private readonly groups: Groups,
    private readonly keeper: HoldKeeper,
    private readonly sweeper: Sweeper,
    private readonly heldPrices: HeldPrices,
    private readonly couriers: Couriers,
  ) {}

  get tally(): Tally {
    return this.groups.tally;
  }

  /** Operations that have not left for the database yet. */
  get waiting(): number {
    return this.groups.present().reduce((sum, { ledger }) => sum + ledger.waiting, 0);
  }

  /** Holds whose work runs here. */
  get runningHolds(): number {
    return this.keeper.size;
  }

  /** Captures at which more had been used than was held. */
  get underheld(): number {
    return this.heldPrices.underheld;
  }

  get swept(): Readonly<Sweeper['done']> {
    return this.sweeper.done;
  }

  /** Whoever delivers events here, by channel. */
  get events(): ReadonlyMap<string, Pick<Courier, 'attempts' | 'backlog'>> {
    return this.couriers.byChannel;
  }

  /** The ledgers' connections, and calls that wait for one. */
  get connections(): { busy: number; idle: number; waiting: number } {
    const sum = { busy: 0, idle: 0, waiting: 0 };
    for (const { pool } of byServer(this.groups.present()).keys()) {
      sum.busy += pool.totalCount - pool.idleCount;
      sum.idle += pool.idleCount;
      sum.waiting += pool.waitingCount;
    }
    return sum;
  }
}
