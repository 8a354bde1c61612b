import { Client, Pool, type ClientBase, type PoolConfig } from 'pg';
import { dropUnusable } from './unusable-connections.js';
import type { Placement } from './placement.js';
import { migrateLedgers } from './schema.js';

/** How long an operation waits for a wallet that somebody else holds. */
export const LOCK_TIMEOUT_MS = 1_000;

/** Settings to begin a connection with, where the server hears of them. */
const TIME_LIMITS = { lock_timeout: LOCK_TIMEOUT_MS, statement_timeout: 2_000 };

const MOST_CONNECTIONS = 20;

/**
 * The ledgers' own few connections: two for the flights of each, the others for wallets that must be waited for and for
 * upkeep, so no feature can keep them busy. The time limits lie inside each other: PostgreSQL gives up before the
 * driver and the driver before the caller.
 */
export function openLedgerPool(
  connection: PoolConfig,
  onError: (error: Error) => void,
  { isPooled = false, ledgers = 1 } = {},
): Pool {
  const pool = new Pool({
    ...connection,
    ...(!isPooled && TIME_LIMITS),
    max: Math.min(2 * ledgers + 4, MOST_CONNECTIONS),
    connectionTimeoutMillis: 1_000,
    query_timeout: 0,
    application_name: 'credits ledger',
  });
  // Without a listener a backend that is killed while idle would end the process.
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  limitLoans(pool, 3_000);
  dropUnusable(pool);
  return pool;
}

/**
 * Close a connection that is lent out for longer: its query fails, and the pool opens another one. Not the
 * driver's `query_timeout`: its extra callback gets each query promoted to V8's old generation, which keeps its rows
 * alive until the next full collection (7 % of a paid call).
 */
function limitLoans(pool: Pool, afterMs: number): void {
  const limits = new WeakMap<ClientBase, NodeJS.Timeout>();
  pool.on('acquire', (client) => {
    limits.set(
      client,
      setTimeout(() => void client.end(), afterMs),
    );
  });
  pool.on('release', (_error, client) => clearTimeout(limits.get(client)));
}

/** Bring the database up to date; a migration may take long, and wait long for a lock. */
export function migrateDatabase(connection: PoolConfig, placement: Placement): Promise<void> {
  return withoutTimeLimits({ ...connection, lock_timeout: 0 }, (client) =>
    migrateLedgers(client, { placement }),
  );
}

/** Use a connection on which statements may take as long as they need, and close it. */
export async function withoutTimeLimits<T>(
  connection: PoolConfig,
  use: (client: ClientBase) => Promise<T>,
): Promise<T> {
  const { lock_timeout = 0 } = connection;
  const client = new Client({ ...connection, statement_timeout: 0, query_timeout: 0 });
  // Without a listener a backend that is killed between two statements would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    // The driver leaves out a limit of 0 when it connects, and the role or the database may have one of its own.
    await client.query(`SET statement_timeout = 0; SET lock_timeout = ${Number(lock_timeout)}`);
    return await use(client);
  } finally {
    // Not instead of what went wrong before.
    await client.end().catch(() => undefined);
  }
}
