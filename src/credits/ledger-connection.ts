import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ClientBase, Pool, PoolConfig } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { migrateDatabase, openLedgerPool, withoutTimeLimits } from './ledger/connection.js';
import { dropUnusable } from './ledger/unusable-connections.js';

/** The ledger's pool, open from the migrated database to the end of the application. */
export class LedgerConnection implements OnApplicationShutdown {
  readonly #lastWrites: (() => Promise<void>)[] = [];

  private constructor(
    readonly pool: Pool,
    private readonly connection: PoolConfig,
  ) {}

  /** To the database of the host's DataSource, whatever way the host told it where that is. */
  static async open(dataSource: DataSource): Promise<LedgerConnection> {
    const hostPool = (dataSource.driver as PostgresDriver).master as Pool;
    dropUnusable(hostPool);
    const { options } = hostPool;
    // node-postgres hides the password from enumeration, so a spread alone would lose it.
    const connection: PoolConfig = { ...options, password: options.password };
    await migrateDatabase(connection);
    const logger = new Logger('Credits');
    return new LedgerConnection(
      openLedgerPool(connection, (error) => logger.warn(`connection lost: ${error.message}`)),
      connection,
    );
  }

  /**
   * Work that may take long and is nobody's turn: on a connection of its own, where a statement may run as long as
   * it needs. A lock is still waited for no longer than elsewhere.
   */
  patiently<T>(use: (client: ClientBase) => Promise<T>): Promise<T> {
    return withoutTimeLimits({ ...this.connection, lock_timeout: 1_000 }, use);
  }

  /** What may still have to write when the application ends: the connections wait for it. */
  beforeEnd(lastWrites: () => Promise<void>): void {
    this.#lastWrites.push(lastWrites);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#lastWrites.map((write) => write()));
    await this.pool.end();
  }
}
