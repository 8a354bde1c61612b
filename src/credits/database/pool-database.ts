import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { mayHaveHappened } from '../ledger/failures.js';
import type { Transaction } from '../ledger/transaction.js';
import { dropUnusable } from '../ledger/unusable-connections.js';
import { outlastStandstill } from '../ledger/standstill.js';
import type { EndListener, HostDatabase, WatchedTransaction } from './host-database.js';
import { connectionOf } from './typeorm-database.js';

/** For hosts without TypeORM: a few connections of our own, for reads and for answers that are recorded. */
export class PoolDatabase implements HostDatabase {
  readonly connection: PoolConfig;
  readonly #pool: Pool;
  readonly #listeners: EndListener[] = [];

  /** Of a Pool only the configuration is taken: it stays the host's. */
  constructor(pool: PoolConfig | Pool, onError: (error: Error) => void) {
    this.connection = isPool(pool) ? connectionOf(pool) : pool;
    this.#pool = new Pool({ connectionTimeoutMillis: 1_000, ...this.connection });
    // Without a listener a backend that is killed would end the process.
    this.#pool.on('error', onError);
    this.#pool.on('connect', (client) => client.on('error', onError));
    dropUnusable(this.#pool);
    outlastStandstill(this.#pool);
  }

  query(sql: string, values: unknown[]): Promise<unknown> {
    return this.#pool.query(sql, values);
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    const tx = new PoolTransaction(client, this);
    let broken = true;
    let isCommitting = false;
    try {
      await client.query('BEGIN');
      const result = await work(tx);
      isCommitting = true;
      await client.query('COMMIT');
      broken = false;
      this.#end(tx, true);
      return result;
    } catch (error) {
      // A commit whose answer is missing may have happened: nobody is told of an end, as when a connection breaks.
      if (isCommitting && mayHaveHappened(error)) throw error;
      await client.query('ROLLBACK').then(
        () => (broken = false),
        () => undefined,
      );
      this.#end(tx, false);
      throw error;
    } finally {
      tx.isReleased = true;
      client.release(broken);
    }
  }

  mayBeIn(tx: Transaction): boolean {
    return !(tx instanceof PoolTransaction) || tx.database === this;
  }

  /** Its own transactions name none. */
  owns(): boolean {
    return false;
  }

  onEnd(listener: EndListener): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #end(tx: PoolTransaction, committed: boolean): void {
    tx.isTransactionActive = false;
    for (const listener of this.#listeners) listener(tx, committed);
  }
}

class PoolTransaction implements Transaction, WatchedTransaction {
  isTransactionActive = true;
  isReleased = false;

  constructor(
    private readonly client: PoolClient,
    readonly database?: HostDatabase,
  ) {}

  query(sql: string, values: unknown[]): Promise<unknown> {
    return this.client.query(sql, values);
  }
}

function isPool(pool: PoolConfig | Pool): pool is Pool {
  return typeof (pool as Partial<Pool>).connect === 'function';
}
