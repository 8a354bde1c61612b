import { LedgerOverloadedError } from './failures.js';
import type { Operation, Outcome } from './operation.js';

export interface Item {
  operation: Operation;
  since: number;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/**
 * What waits to leave, oldest first within a lane. The operations of one wallet (or of one hold or entry, whose
 * wallet is not known here) form a lane; a batch takes one from each lane in turn, so a flood on one wallet
 * cannot keep another waiting.
 */
export class Lanes {
  readonly #lanes = new Map<string, Item[]>();
  /** Lanes that wait for a wallet which a foreign transaction holds: nothing of them boards. */
  readonly #parked = new Map<string, Item[]>();

  add(item: Item, limit: number): void {
    const lane = laneOf(item);
    const items = this.#parked.get(lane) ?? this.#lanes.get(lane) ?? [];
    if (items.length >= limit) throw new LedgerOverloadedError('too many operations wait for this wallet');
    items.push(item);
    if (!this.#parked.has(lane)) this.#lanes.set(lane, items);
  }

  /** The next batch. One key or one hold never twice in it: the statement could not tell the two apart. */
  board(batchSize: number): Item[] {
    const batch: Item[] = [];
    const marks = new Set<string>();
    const blocked = new Map<string, Item[]>();
    // A lane set again while the map is walked comes round again behind the others.
    for (const [lane, items] of this.#lanes) {
      if (batch.length >= batchSize) break;
      this.#lanes.delete(lane);
      const mark = markOf(items[0]!.operation);
      if (mark !== undefined && marks.has(mark)) {
        blocked.set(lane, items);
        continue;
      }
      if (mark !== undefined) marks.add(mark);
      batch.push(items.shift()!);
      if (items.length > 0) this.#lanes.set(lane, items);
    }
    for (const [lane, items] of blocked) this.#lanes.set(lane, items);
    return batch;
  }

  /** Put items that could not be carried back in front of their lanes, and park those; names the newly parked. */
  park(returned: readonly Item[]): string[] {
    const lanes = [...new Set(returned.map(laneOf))];
    const newlyParked = lanes.filter((lane) => !this.#parked.has(lane));
    for (const lane of lanes) {
      const items = returned.filter((item) => laneOf(item) === lane);
      const behind = this.#parked.get(lane) ?? this.#lanes.get(lane) ?? [];
      this.#parked.set(lane, [...items, ...behind]);
      this.#lanes.delete(lane);
    }
    return newlyParked;
  }

  /** What a parked lane may send in one batch. */
  boardParked(lane: string, batchSize: number): Item[] {
    const items = this.#parked.get(lane) ?? [];
    const marks = new Set<string>();
    let taken = 0;
    for (const { operation } of items.slice(0, batchSize)) {
      const mark = markOf(operation);
      if (mark !== undefined && marks.has(mark)) break;
      if (mark !== undefined) marks.add(mark);
      taken += 1;
    }
    return items.splice(0, taken);
  }

  unpark(lane: string): void {
    const items = this.#parked.get(lane);
    this.#parked.delete(lane);
    if (items !== undefined && items.length > 0) this.#lanes.set(lane, items);
  }

  /** Everything that has waited since before `limit`. */
  removeOlderThan(limit: number): Item[] {
    const overdue: Item[] = [];
    for (const lanes of [this.#lanes, this.#parked]) {
      for (const [lane, items] of lanes) {
        while (items.length > 0 && items[0]!.since < limit) overdue.push(items.shift()!);
        if (items.length === 0 && lanes === this.#lanes) lanes.delete(lane);
      }
    }
    return overdue;
  }
}

export function laneOf({ operation }: Pick<Item, 'operation'>): string {
  return operation.user_id ?? operation.hold_id ?? operation.entry_id ?? '';
}

function markOf({ hold_id, user_id, key }: Operation): string | undefined {
  if (hold_id !== undefined) return hold_id;
  return key === undefined ? undefined : `${user_id}\n${key}`;
}
