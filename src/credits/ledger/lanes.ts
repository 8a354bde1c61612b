import { LedgerOverloadedError } from './failures.js';
import type { Operation, Outcome } from './operation.js';

export interface Item {
  operation: Operation;
  lane: Lane;
  since: number;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
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
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #ready = new Set<Lane>();

  of({ user_id, hold_id, entry_id }: Operation): Lane {
    const name = user_id ?? hold_id ?? entry_id ?? '';
    let lane = this.#lanes.get(name);
    if (lane === undefined) this.#lanes.set(name, (lane = { name, items: [] }));
    return lane;
  }

  add(item: Item, limit: number): void {
    const { lane } = item;
    if (lane.items.length >= limit) {
      throw new LedgerOverloadedError('too many operations wait for this wallet');
    }
    lane.items.push(item);
    if (lane.away === undefined) this.#ready.add(lane);
  }

  /**
   * The next batch, whose lanes are away then. One key or one hold never twice in it: the statement could not tell the
   * two apart.
   */
  board(batchSize: number): Item[] {
    const batch: Item[] = [];
    const marks = new Set<string>();
    const blocked: Lane[] = [];
    // A lane added again while the set is walked comes round again behind the others.
    for (const lane of this.#ready) {
      if (batch.length >= batchSize) break;
      this.#ready.delete(lane);
      if (!mark(marks, lane.items[0]!.operation)) {
        blocked.push(lane);
        continue;
      }
      batch.push(lane.items.shift()!);
      lane.away = batch;
      if (lane.items.length > 0) this.#ready.add(lane);
    }
    for (const { lane } of batch) this.#ready.delete(lane);
    for (const lane of blocked) if (lane.away === undefined) this.#ready.add(lane);
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
    if (lane.items.length > 0) this.#ready.add(lane);
    else this.#lanes.delete(lane.name);
  }

  /** Everything that has waited since before `limit`. */
  removeOlderThan(limit: number): Item[] {
    const overdue: Item[] = [];
    for (const lane of this.#lanes.values()) {
      while (lane.items.length > 0 && lane.items[0]!.since < limit) overdue.push(lane.items.shift()!);
      if (lane.items.length > 0 || lane.away !== undefined) continue;
      this.#ready.delete(lane);
      this.#lanes.delete(lane.name);
    }
    return overdue;
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
