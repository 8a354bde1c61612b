import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ClientBase, Pool, PoolConfig } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { LOCK_TIMEOUT_MS, migrateDatabase, openLedgerPool, withoutTimeLimits } from './ledger/connection.js';
import { passesSettings } from './ledger/pooler.js';
import { dropUnusable } from './ledger/unusable-connections.js';

/** The ledger's pool, open from the migrated database to the end of the application. */
export class LedgerConnection implements OnApplicationShutdown {
  private constructor(
    readonly pool: Pool,
    /** To the server itself, for what a session has to last for: LISTEN, and statements that take long. */
    readonly direct: PoolConfig,
    /** Whether a pooler stands between `pool` and the server, see pooler.ts. */
    readonly isPooled: boolean,
  ) {}

  /**
   * To the database of the host's DataSource, whatever way the host told it where that is; `direct`, where that leads
   * through a pooler.
   */
  static async open(dataSource: DataSource, direct?: PoolConfig): Promise<LedgerConnection> {
    const hostPool = (dataSource.driver as PostgresDriver).master as Pool;
    dropUnusable(hostPool);
    const { options } = hostPool;
    // node-postgres hides the password from enumeration, so a spread alone would lose it.
    const connection: PoolConfig = { ...options, password: options.password };
    await migrateDatabase(direct ?? connection);
    const isPooled = !(await passesSettings(connection));
    const logger = new Logger('Credits');
    const onError = (error: Error) => logger.warn(`connection lost: ${error.message}`);
    const pool = openLedgerPool(connection, onError, isPooled);
    return new LedgerConnection(pool, direct ?? connection, isPooled);
  }

  /**
   * Work that may take long and is nobody's turn: on a connection of its own, where a statement may run as long as
   * it needs. A lock is still waited for no longer than elsewhere.
   */
  patiently<T>(use: (client: ClientBase) => Promise<T>): Promise<T> {
    return withoutTimeLimits({ ...this.direct, lock_timeout: LOCK_TIMEOUT_MS }, use);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
