import type { Client } from 'pg';

/** Brings the tables of one module up to date. Runs on a connection without time limits. */
export type Migration = (client: Client) => Promise<unknown>;

const MIGRATION_LOCK = 4_207_202;

/**
 * Runs the migrations one after the other before anything else uses the database. Of several instances that
 * start at once, one migrates and the others wait and then find nothing to do.
 */
export async function migrate(client: Client, migrations: readonly Migration[]): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    for (const migration of migrations) await migration(client);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
  }
}
