import { Logger } from '@nestjs/common';
import type { ClientBase, Pool, PoolConfig } from 'pg';
import type { HostDatabase } from './database/host-database.js';
import { bringUpToDate, type MigrateOption } from './database/bring-up-to-date.js';
import { LOCK_TIMEOUT_MS, openLedgerPool, withoutTimeLimits } from './ledger/connection.js';
import { ONE_GROUP, type Placement } from './ledger/placement.js';
import { fateOfSettings } from './ledger/pooler.js';

export interface ConnectionOptions {
  migrate?: MigrateOption;
  direct?: PoolConfig;
  placement?: Placement;
}

/** The pool of the ledgers of one server, open from the migrated database to the end of the application, beside the host's connections. */
export class LedgerConnection {
  private constructor(
    readonly host: HostDatabase,
    readonly pool: Pool,
    /** To the server itself, for what a session has to last for: LISTEN, and statements that take long. */
    readonly direct: PoolConfig,
    /** Whether a pooler stands between `pool` and the server, see pooler.ts. */
    readonly isPooled: boolean,
  ) {}

  /** @throws OutOfDateError, SchemaTooNewError, MissingRightError */
  static async open(
    host: HostDatabase,
    { migrate = 'auto', direct = host.connection, placement = ONE_GROUP }: ConnectionOptions = {},
  ): Promise<LedgerConnection> {
    await bringUpToDate(direct, migrate, placement);
    const isPooled = (await fateOfSettings(host.connection)) !== 'heard';
    const logger = new Logger('Credits');
    const onError = (error: Error) => logger.warn(`connection lost: ${error.message}`);
    const pool = openLedgerPool(host.connection, onError, { isPooled, ledgers: placement.here.length });
    return new LedgerConnection(host, pool, direct, isPooled);
  }

  /**
   * Work that may take long and is nobody's turn: on a connection of its own, where a statement may run as long as
   * it needs. A lock is still waited for no longer than elsewhere.
   */
  patiently<T>(use: (client: ClientBase) => Promise<T>): Promise<T> {
    return withoutTimeLimits({ ...this.direct, lock_timeout: LOCK_TIMEOUT_MS }, use);
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.host.close();
  }
}
