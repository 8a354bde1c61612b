import type { WatchedTransaction } from '../database/host-database.js';
import type { Transaction } from '../ledger/transaction.js';

/** One of what is in memory: what it changed is undone when it fails. It has no database behind it. */
export class MemoryTransaction implements Transaction, WatchedTransaction {
  isTransactionActive = true;
  isReleased = false;
  readonly #undo = new Map<object, () => void>();

  query(): Promise<never> {
    return Promise.reject(new Error('creditgate/testing has no database: mock what runs SQL'));
  }

  /** The first state of each thing is what it goes back to. */
  touch(thing: object, undo: () => void): void {
    if (!this.#undo.has(thing)) this.#undo.set(thing, undo);
  }

  end(committed: boolean): void {
    if (!committed) for (const undo of this.#undo.values()) undo();
    this.isTransactionActive = false;
    this.isReleased = true;
  }
}
