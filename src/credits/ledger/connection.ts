import { Pool, type ClientBase, type PoolConfig } from 'pg';
import { clientOf } from './client-of.js';
import { dropUnusable } from './unusable-connections.js';
import { outlastStandstill } from './standstill.js';
import type { Placement } from './placement.js';
import { migrateLedgers } from './schema.js';
import { NO_TIME_LIMITS } from './time-limits.js';

/** How long an operation waits for a wallet that somebody else holds. */
export const LOCK_TIMEOUT_MS = 1_000;

/** Settings to begin a connection with, where the server hears of them. */
const TIME_LIMITS = { lock_timeout: LOCK_TIMEOUT_MS, statement_timeout: 2_000 };

const MOST_CONNECTIONS = 20;

/**
 * The ledgers' own few connections: two for the flights of each, three for wallets that must be waited for, one for upkeep and
 * one to announce, so no feature can keep them busy. The time limits lie inside each other: PostgreSQL gives up before the
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
    max: Math.min(2 * ledgers + 5, MOST_CONNECTIONS),
    connectionTimeoutMillis: 1_000,
    query_timeout: 0,
    application_name: 'credits ledger',
  });
  // Without a listener a backend that is killed while idle would end the process.
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  limitLoans(pool, 3_000);
  dropUnusable(pool);
  outlastStandstill(pool);
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

/** Bring the database up to date; its transactions have no time limits (migrate.ts). */
export function migrateDatabase(connection: PoolConfig, placement: Placement): Promise<void> {
  return onConnection(connection, (client) => migrateLedgers(client, { placement }));
}

/**
 * One transaction on a connection of its own, in which statements may take as long as they need, whatever the role or the
 * database says. The settings end with it: behind a pooler the connection is somebody else's next.
 */
export function withoutTimeLimits<T>(
  connection: PoolConfig,
  use: (client: ClientBase) => Promise<T>,
  { lockTimeoutMs = 0 } = {},
): Promise<T> {
  return onConnection(connection, async (client) => {
    await client.query('BEGIN');
    await client.query(NO_TIME_LIMITS);
    await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
    const result = await use(client);
    await client.query('COMMIT');
    return result;
  });
}

/** Use a connection and close it, and with it a transaction that was not committed. */
async function onConnection<T>(connection: PoolConfig, use: (client: ClientBase) => Promise<T>): Promise<T> {
  // The driver sends no limit of 0.
  const { password } = connection;
  const client = clientOf({
    ...connection,
    password,
    lock_timeout: 0,
    statement_timeout: 0,
    query_timeout: 0,
  });
  // Without a listener a backend that is killed between two statements would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    // Not instead of what went wrong before.
    await client.end().catch(() => undefined);
  }
}
