import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Pool, PoolConfig } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { migrateDatabase, openLedgerPool } from './ledger/connection.js';

/** The ledger's pool, open from the migrated database to the end of the application. */
export class LedgerConnection implements OnApplicationShutdown {
  private constructor(readonly pool: Pool) {}

  /** To the database of the host's DataSource, whatever way the host told it where that is. */
  static async open(dataSource: DataSource): Promise<LedgerConnection> {
    const { options } = (dataSource.driver as PostgresDriver).master as Pool;
    // node-postgres hides the password from enumeration, so a spread alone would lose it.
    const connection: PoolConfig = { ...options, password: options.password };
    await migrateDatabase(connection);
    const logger = new Logger('Credits');
    return new LedgerConnection(
      openLedgerPool(connection, (error) => logger.warn(`connection lost: ${error.message}`)),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
