import { Client, Pool, type PoolConfig } from 'pg';
import { migrateLedger } from './schema.js';

/**
 * The ledger's own few connections: one for the flights, the others for wallets that must be waited for and for
 * upkeep, so no feature can keep them busy. The time limits lie inside each other: PostgreSQL gives up before the
 * driver and the driver before the caller.
 */
export function openLedgerPool(connection: PoolConfig, onError: (error: Error) => void): Pool {
  const pool = new Pool({
    ...connection,
    max: 5,
    connectionTimeoutMillis: 1_000,
    lock_timeout: 1_000,
    statement_timeout: 2_000,
    query_timeout: 3_000,
    application_name: 'credits ledger',
  });
  // Without a listener a backend that is killed while idle would end the process.
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

/** Bring the database up to date on a connection without time limits: a migration may take long. */
export async function migrateDatabase(connection: PoolConfig): Promise<void> {
  const client = new Client({ ...connection, statement_timeout: 0, lock_timeout: 0, query_timeout: 0 });
  await client.connect();
  try {
    await migrateLedger(client);
  } finally {
    await client.end();
  }
}
