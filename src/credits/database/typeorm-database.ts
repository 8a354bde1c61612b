import type { Pool, PoolConfig } from 'pg';
import type { Transaction } from '../ledger/transaction.js';
import { dropUnusable } from '../ledger/unusable-connections.js';
import { outlastStandstill } from '../ledger/standstill.js';
import type { EndListener, HostDatabase, WatchedTransaction } from './host-database.js';

/** The part of TypeORM's DataSource, 0.3.20 or later, that is used; declared here so that TypeORM need not be installed. */
export interface DataSourceLike {
  readonly isInitialized: boolean;
  readonly options: { readonly type: string };
  readonly driver: object;
  readonly subscribers: readonly unknown[];
  query(sql: string, values?: unknown[]): Promise<unknown>;
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** The host's own connections, whatever way the host told TypeORM where the database is. */
export class TypeOrmDatabase implements HostDatabase {
  readonly connection: PoolConfig;

  constructor(private readonly dataSource: DataSourceLike) {
    const pool = (dataSource.driver as { master: Pool }).master;
    dropUnusable(pool);
    outlastStandstill(pool);
    this.connection = connectionOf(pool);
  }

  query(sql: string, values: unknown[]): Promise<unknown> {
    return this.dataSource.query(sql, values);
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** TypeORM's managers and runners say whose they are; the connection of a client of node-postgres is its socket. */
  mayBeIn(tx: Transaction): boolean {
    const { connection } = tx as { connection?: object };
    return connection === undefined || this.owns(connection) || !('driver' in connection);
  }

  owns(connection: object): boolean {
    return connection === this.dataSource;
  }

  onEnd(listener: EndListener): void {
    type Ended = { queryRunner: WatchedTransaction };
    (this.dataSource.subscribers as unknown[]).push({
      afterTransactionCommit: ({ queryRunner }: Ended) => listener(queryRunner, true),
      afterTransactionRollback: ({ queryRunner }: Ended) => listener(queryRunner, false),
    });
  }

  /** The DataSource is the host's, which ends it. */
  async close(): Promise<void> {}
}

/** node-postgres hides the password from enumeration, so a spread alone would lose it. */
export function connectionOf({ options }: Pool): PoolConfig {
  return { ...options, password: options.password };
}
