import type { EndListener, HostDatabase } from '../database/host-database.js';
import { LedgerDatabase } from '../database/ledger-database.js';
import type { LedgerConnection } from '../ledger-connection.js';
import type { Transaction } from '../ledger/transaction.js';
import { MemoryTransaction } from './memory-transaction.js';

/** In the place of the host's database: transactions over what is in memory. */
class MemoryHost implements HostDatabase {
  readonly connection = {};
  readonly #listeners: EndListener[] = [];

  query(): Promise<never> {
    return new MemoryTransaction().query();
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = new MemoryTransaction();
    let committed = false;
    try {
      const result = await work(tx);
      committed = true;
      return result;
    } finally {
      tx.end(committed);
      for (const listener of this.#listeners) listener(tx, committed);
    }
  }

  mayBeIn(): boolean {
    return true;
  }

  onEnd(listener: EndListener): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {}
}

/** What of LedgerConnection is asked for where no database is. */
export function connectionInMemory(): LedgerConnection {
  const connection = { host: new MemoryHost(), close: async () => undefined };
  return connection as unknown as LedgerConnection;
}

/** Whatever asks a database in earnest is told that there is none. */
export const nowhere = new LedgerDatabase(new MemoryTransaction());
