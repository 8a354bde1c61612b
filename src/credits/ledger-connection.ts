import { Logger } from '@nestjs/common';
import type { ClientBase, Pool, PoolConfig } from 'pg';
import type { CreditsOptions } from './credits.options.js';
import type { HostDatabase } from './database/host-database.js';
import { bringUpToDate } from './database/bring-up-to-date.js';
import { Announcer } from './ledger/announcer.js';
import { LOCK_TIMEOUT_MS, openLedgerPool, withoutTimeLimits } from './ledger/connection.js';
import { ONE_GROUP, type Placement } from './ledger/placement.js';
import { fateOfSettings } from './ledger/pooler.js';

type ConnectionOptions = Pick<CreditsOptions, 'migrate' | 'direct' | 'pooled'> & { placement: Placement };

/** The pool of the ledgers of one server, open from the migrated database to the end of the application, beside the host's connections. */
export class LedgerConnection {
  private constructor(
    readonly host: HostDatabase,
    readonly pool: Pool,
    /** To the server itself, for what a session has to last for: LISTEN, and statements that take long. */
    readonly direct: PoolConfig,
    /** Whether a pooler stands between `pool` and the server, see pooler.ts. */
    readonly isPooled: boolean,
    /** Where changes are heard; undefined: nowhere, for a pooler stands before every address that is known. */
    readonly listening: PoolConfig | undefined,
    readonly announcer: Announcer,
  ) {}

  /** @throws OutOfDateError, SchemaTooNewError, MissingRightError */
  static async open(
    host: HostDatabase,
    {
      migrate = 'auto',
      direct = host.connection,
      pooled,
      placement = ONE_GROUP,
    }: Partial<ConnectionOptions> = {},
  ): Promise<LedgerConnection> {
    await bringUpToDate(direct, migrate, placement);
    const isPooled = pooled ?? (await isBehindPooler(host.connection));
    const isHeard = !isPooled || (direct !== host.connection && !(await isBehindPooler(direct)));
    const logger = new Logger('Credits');
    const onError = (error: Error) => logger.warn(`connection lost: ${error.message}`);
    const pool = openLedgerPool(host.connection, onError, { isPooled, ledgers: placement.here.length });
    const announcer = new Announcer(pool, isPooled);
    await announcer.start();
    return new LedgerConnection(host, pool, direct, isPooled, isHeard ? direct : undefined, announcer);
  }

  /**
   * Work that may take long and is nobody's turn: one transaction on a connection of its own, where a statement may run as
   * long as it needs. A lock is still waited for no longer than elsewhere.
   */
  patiently<T>(use: (client: ClientBase) => Promise<T>): Promise<T> {
    return withoutTimeLimits(this.direct, use, { lockTimeoutMs: LOCK_TIMEOUT_MS });
  }

  async close(): Promise<void> {
    await this.announcer.stop();
    await this.pool.end();
    await this.host.close();
  }
}

async function isBehindPooler(connection: PoolConfig): Promise<boolean> {
  return (await fateOfSettings(connection)) !== 'heard';
}
