import { LedgerOverloadedError } from './failures.js';
import type { Operation, Outcome } from './operation.js';

/**
 * One call that waits. A class, as Operation is: V8 makes what an object literal makes among its old objects once many
 * from that place lived long, as they do in a burst of calls, and what such an object refers to stays in memory until the next
 * full collection (a quarter of Node's time for a charge).
 */
export class Item {
  constructor(
    readonly operation: Operation,
    readonly lane: Lane,
    readonly since: number,
    readonly resolve: (outcome: Outcome) => void,
    readonly reject: (error: unknown) => void,
  ) {}
}

/** The operations of one wallet, or of one hold or entry whose wallet is not known here; oldest first. */
export interface Lane {
  name: string;
  items: Item[];
  /** The batch that some of it is in; or it waits for its wallet. Nothing of it boards then, so its order is kept. */
  away?: readonly Item[] | 'parked';
}

/**
 * What waits to leave. A batch takes one from each lane in turn, so a flood on one wallet cannot keep another
 * waiting; a lane whose operations are away stays behind, so two batches never meet on a wallet.
 *
 * No Map or Set that each operation enters and leaves: V8 makes such a table anew all the time, and keeps what the
 * old ones held until the next full collection.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  /** Those with operations of which none is away, in the order in which they board. */
  #ready: Lane[] = [];
  #room: number;

  /** @param kept how many lanes may lie idle: their wallets are likely to come again */
  constructor(private readonly kept = 10_000) {
    this.#room = kept;
  }

  of({ user_id, hold_id, entry_id }: Operation): Lane {
    const name = user_id ?? hold_id ?? entry_id ?? '';
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      if (this.#lanes.size >= this.#room) this.#forgetIdle();
      this.#lanes.set(name, (lane = { name, items: [] }));
    }
    return lane;
  }

  add(item: Item, limit: number): void {
    const { lane } = item;
    if (lane.items.length >= limit) {
      throw new LedgerOverloadedError('too many operations wait for this wallet');
    }
    if (lane.away === undefined && lane.items.length === 0) this.#ready.push(lane);
    lane.items.push(item);
  }

  /** Lanes of which something may board. */
  get ready(): number {
    return this.#ready.length;
  }

  /**
   * The next batch, of at most `lanes` lanes, which are away then. One key or one hold never twice in it: the
   * statement could not tell the two apart.
   */
  board(batchSize: number, lanes: number): Item[] {
    const batch: Item[] = [];
    const marks = new Set<string>();
    const blocked: Lane[] = [];
    const queue = this.#ready.slice(0, lanes);
    const behind = this.#ready.slice(lanes);
    let next = 0;
    for (; next < queue.length && batch.length < batchSize; next += 1) {
      const lane = queue[next]!;
      if (!mark(marks, lane.items[0]!.operation)) {
        blocked.push(lane);
        continue;
      }
      batch.push(lane.items.shift()!);
      lane.away = batch;
      // Round again, behind the others.
      if (lane.items.length > 0) queue.push(lane);
    }
    this.#ready = [...queue.slice(next), ...blocked, ...behind].filter(({ away }) => away === undefined);
    return batch;
  }

  /** The batch has landed: its lanes are open again, but for those that were parked. */
  land(batch: readonly Item[]): void {
    for (const { lane } of batch) if (lane.away === batch) this.reopen(lane);
  }

  /** Put items that could not be carried back in front of their lanes, and park those; names the newly parked. */
  park(returned: readonly Item[]): Lane[] {
    for (const item of [...returned].reverse()) item.lane.items.unshift(item);
    const lanes = new Set(returned.map(({ lane }) => lane));
    const newlyParked = [...lanes].filter(({ away }) => away !== 'parked');
    for (const lane of newlyParked) lane.away = 'parked';
    return newlyParked;
  }

  /** What a parked lane may send in one batch. */
  boardParked({ items }: Lane, batchSize: number): Item[] {
    const marks = new Set<string>();
    const end = items.findIndex(({ operation }, index) => index >= batchSize || !mark(marks, operation));
    return items.splice(0, end === -1 ? items.length : end);
  }

  reopen(lane: Lane): void {
    lane.away = undefined;
    if (lane.items.length > 0) this.#ready.push(lane);
  }

  /** Everything that has waited since before `limit`. */
  removeOlderThan(limit: number): Item[] {
    const overdue: Item[] = [];
    for (const { items } of this.#lanes.values()) {
      while (items.length > 0 && items[0]!.since < limit) overdue.push(items.shift()!);
    }
    this.#ready = this.#ready.filter(({ items }) => items.length > 0);
    return overdue;
  }

  #forgetIdle(): void {
    for (const { name, items, away } of this.#lanes.values()) {
      if (items.length === 0 && away === undefined) this.#lanes.delete(name);
    }
    // Where all are busy, it is not worth while to look at them again for each one more.
    this.#room = Math.max(this.kept, 2 * this.#lanes.size);
  }
}

/** Whether the operation's hold or key was not there before; now it is. */
function mark(marks: Set<string>, { hold_id, user_id, key }: Operation): boolean {
  const name = hold_id ?? (key === undefined ? undefined : `${user_id}\n${key}`);
  if (name === undefined) return true;
  if (marks.has(name)) return false;
  marks.add(name);
  return true;
}
