import { LedgerOverloadedError, isLockTimeout, isRolledBack } from './failures.js';
import { Item, Lanes, type Lane } from './lanes.js';
import { opensWallet, type Operation, type Outcome } from './operation.js';

/** One round trip to the database: all operations in one statement, one commit. */
export type Flight = (operations: Operation[], wait: boolean) => Promise<Outcome[]>;

export interface GathererLimits {
  /** Operations that ride one statement together. */
  batchSize: number;
  /**
   * From this many waiting wallets on, split them evenly over the statements. Callers answered together call again
   * together, so one full statement would stay full, and the database and this process would take turns waiting.
   */
  sharedFrom: number;
  /** Operations that wait for a place, in all and of one lane; one more is refused. */
  waiting: number;
  waitingPerLane: number;
  /** Statements in flight at a time: with the second, the database and this process need not wait for each other. */
  flights: number;
  /** Connections on which lanes wait for a wallet that a foreign transaction holds. */
  patientFlights: number;
  /** An operation that found no place for so long is refused, in milliseconds. */
  patienceMs: number;
}

const defaultLimits: GathererLimits = {
  batchSize: 512,
  sharedFrom: 128,
  waiting: 20_000,
  waitingPerLane: 5_000,
  flights: 2,
  patientFlights: 3,
  patienceMs: 1_500,
};

/**
 * Group commit. Calls that arrive while the statements are in flight ride the next one together; a call that finds
 * one at home leaves at once. A wallet's operations are in one of them at a time, so their order is kept.
 *
 * A wallet that a foreign transaction holds answers `busy`; its lane is parked and waits on a connection of its
 * own while the others go on. A statement that fails is halved until the failing operation stands alone.
 */
export class Gatherer {
  readonly #lanes = new Lanes();
  readonly #limits: GathererLimits;
  readonly #toWaitFor: Lane[] = [];
  #waiting = 0;
  #flying = 0;
  /** Operations in the statements in flight. */
  #aloft = 0;
  #patient = 0;
  #departureScheduled = false;
  #overdueCheck: NodeJS.Timeout | undefined;

  constructor(
    private readonly fly: Flight,
    limits: Partial<GathererLimits> = {},
  ) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** Operations that have not left yet. */
  get waiting(): number {
    return this.#waiting;
  }

  submit(operation: Operation): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      if (this.#waiting >= this.#limits.waiting) {
        throw new LedgerOverloadedError('too many operations wait for the ledger');
      }
      const lane = this.#lanes.of(operation);
      const since = performance.now();
      this.#lanes.add(new Item(operation, lane, since, resolve, reject), this.#limits.waitingPerLane);
      this.#waiting += 1;
      this.#watchForOverdue();
      this.#scheduleDeparture();
    });
  }

  /**
   * At the end of this turn of the event loop: everything that came in with one look at the sockets, and all that
   * goes on because a statement landed, rides together, and a lone call waits for nothing. A second statement leaves
   * when as many ride it as the first one carries: two small ones cost more than a large one.
   */
  #scheduleDeparture(): void {
    if (this.#departureScheduled || this.#flying >= this.#limits.flights) return;
    if (this.#flying > 0 && this.#waiting < this.#aloft) return;
    this.#departureScheduled = true;
    setImmediate(() => {
      this.#departureScheduled = false;
      void this.#depart();
    });
  }

  async #depart(): Promise<void> {
    const { batchSize, sharedFrom, flights } = this.#limits;
    // One with several operations aloft counts as several; an exact count is not worth keeping.
    const wallets = this.#lanes.ready + this.#aloft;
    const batch = this.#lanes.board(
      batchSize,
      wallets < sharedFrom ? wallets : Math.floor(wallets / flights),
    );
    if (batch.length === 0) return;
    this.#waiting -= batch.length;
    this.#flying += 1;
    this.#aloft += batch.length;
    this.#scheduleDeparture();
    await this.#carry(batch, false);
    this.#flying -= 1;
    this.#aloft -= batch.length;
    this.#lanes.land(batch);
    this.#scheduleDeparture();
  }

  /** Never rejects: every item of the batch is settled or parked. */
  async #carry(batch: Item[], wait: boolean): Promise<void> {
    if (batch.length === 0) return;
    try {
      const operations = batch.map(({ operation }) => operation);
      const outcomes = await this.fly(operations, wait);
      const busy: Item[] = [];
      batch.forEach((item, index) => {
        if (outcomes[index]!.code === 'busy') busy.push(item);
        else item.resolve(outcomes[index]!);
      });
      this.#park(busy);
    } catch (error) {
      await this.#isolate(batch, wait, error);
    }
  }

  /** Everything was rolled back: find the operation that cannot be carried, and carry its neighbours. */
  async #isolate(batch: Item[], wait: boolean, error: unknown): Promise<void> {
    // A batch waits for no wallet's lock, so it waited for wallets that foreign transactions are just opening.
    const opening =
      isLockTimeout(error) && !wait ? batch.filter(({ operation }) => opensWallet(operation)) : [];
    if (opening.length > 0) {
      const lanes = new Set(opening.map(({ lane }) => lane));
      this.#park(batch.filter(({ lane }) => lanes.has(lane)));
      await this.#carry(
        batch.filter(({ lane }) => !lanes.has(lane)),
        wait,
      );
    } else if (batch.length === 1 || !isRolledBack(error) || isLockTimeout(error)) {
      batch.forEach((item) => item.reject(error));
    } else {
      const half = batch.length >> 1;
      await this.#carry(batch.slice(0, half), wait);
      await this.#carry(batch.slice(half), wait);
    }
  }

  #park(items: Item[]): void {
    if (items.length === 0) return;
    this.#waiting += items.length;
    this.#watchForOverdue();
    this.#toWaitFor.push(...this.#lanes.park(items));
    while (this.#patient < this.#limits.patientFlights && this.#toWaitFor.length > 0) {
      this.#patient += 1;
      void this.#waitForWallets();
    }
  }

  /** What a lane has waits for the wallet together; what queued behind it meanwhile goes on with the others. */
  async #waitForWallets(): Promise<void> {
    for (let lane = this.#toWaitFor.shift(); lane !== undefined; lane = this.#toWaitFor.shift()) {
      const batch = this.#lanes.boardParked(lane, this.#limits.batchSize);
      this.#waiting -= batch.length;
      await this.#carry(batch, true);
      this.#lanes.reopen(lane);
      this.#scheduleDeparture();
    }
    this.#patient -= 1;
  }

  /** Until nothing waits; what was in flight and is parked waits again. */
  #watchForOverdue(): void {
    this.#overdueCheck ??= setInterval(() => this.#refuseOverdue(), 100).unref();
  }

  #refuseOverdue(): void {
    for (const item of this.#lanes.removeOlderThan(performance.now() - this.#limits.patienceMs)) {
      this.#waiting -= 1;
      item.reject(new LedgerOverloadedError('no place in the ledger in time'));
    }
    if (this.#waiting === 0) {
      clearInterval(this.#overdueCheck);
      this.#overdueCheck = undefined;
    }
  }
}
