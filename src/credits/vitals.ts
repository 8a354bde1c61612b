import type { Courier } from './events/courier.js';
import type { Couriers } from './events/couriers.js';
import type { LedgerConnection } from './ledger-connection.js';
import type { Ledger } from './ledger/ledger.js';
import type { Tally } from './ledger/tally.js';
import type { HeldPrices } from './prices/held-prices.js';
import type { HoldKeeper } from './upkeep/hold-keeper.js';
import type { Sweeper } from './upkeep/sweeper.js';

/** What there is to measure about the credit system in this process. Looking asks the database nothing. */
export class CreditsVitals {
  constructor(
    private readonly ledger: Ledger,
    private readonly connection: LedgerConnection,
    private readonly keeper: HoldKeeper,
    private readonly sweeper: Sweeper,
    private readonly heldPrices: HeldPrices,
    private readonly couriers: Couriers,
  ) {}

  get tally(): Tally {
    return this.ledger.tally;
  }

  /** Operations that have not left for the database yet. */
  get waiting(): number {
    return this.ledger.waiting;
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

  /** The ledger's connections, and calls that wait for one. */
  get connections(): { busy: number; idle: number; waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.connection.pool;
    return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }
}
