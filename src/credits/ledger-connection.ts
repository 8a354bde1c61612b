import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ClientBase, Pool } from 'pg';
import type { HostDatabase } from './database/host-database.js';
import { bringUpToDate, type MigrateOption } from './database/bring-up-to-date.js';
import { openLedgerPool, withoutTimeLimits } from './ledger/connection.js';

/** The ledger's pool, open from the migrated database to the end of the application, beside the host's connections. */
export class LedgerConnection implements OnApplicationShutdown {
  readonly #lastWrites: (() => Promise<void>)[] = [];

  private constructor(
    readonly host: HostDatabase,
    readonly pool: Pool,
  ) {}

  /** @throws OutOfDateError, SchemaTooNewError, MissingRightError */
  static async open(host: HostDatabase, migrate: MigrateOption = 'auto'): Promise<LedgerConnection> {
    await bringUpToDate(host.connection, migrate);
    const logger = new Logger('Credits');
    const pool = openLedgerPool(host.connection, (error) => logger.warn(`connection lost: ${error.message}`));
    return new LedgerConnection(host, pool);
  }

  /**
   * Work that may take long and is nobody's turn: on a connection of its own, where a statement may run as long as
   * it needs. A lock is still waited for no longer than elsewhere.
   */
  patiently<T>(use: (client: ClientBase) => Promise<T>): Promise<T> {
    return withoutTimeLimits({ ...this.host.connection, lock_timeout: 1_000 }, use);
  }

  /** What may still have to write when the application ends: the connections wait for it. */
  beforeEnd(lastWrites: () => Promise<void>): void {
    this.#lastWrites.push(lastWrites);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#lastWrites.map((write) => write()));
    await this.pool.end();
    await this.host.close();
  }
}
