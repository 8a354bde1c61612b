import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientBase } from 'pg';

/** The database was made by a newer version of the program. */
export class SchemaTooNewError extends Error {
  override name = 'SchemaTooNewError';
}

export interface MigrationSet {
  /** The schema whose `migrations` table remembers what was applied; made when missing. */
  schema: string;
  /** Numbered files `0001_name.sql`, applied once each in order and never edited afterwards. */
  migrationsDirectory: string;
  /** Files that may be applied again at any time; all of them are whenever anything has changed. */
  functionFiles: string[];
}

/**
 * Bring one schema up to date in one transaction. Two instances that start at once wait for each other on an
 * advisory lock; an up-to-date schema is only read, so a role without DDL rights may start the app.
 */
export async function runMigrations(client: ClientBase, set: MigrationSet): Promise<void> {
  const wanted = [...numbered(set.migrationsDirectory), ...set.functionFiles.map(readScript)];
  const missing = await missingScripts(client, set, wanted);
  if (missing.length === 0) return;

  await client.query('BEGIN');
  try {
    await client.query('SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0');
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('migrations of ' || $1, 0))`, [
      set.schema,
    ]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${set.schema}`);
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${set.schema}.migrations
         (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    for (const script of await missingScripts(client, set, wanted)) {
      await client.query(script.sql);
      await client.query(
        `INSERT INTO ${set.schema}.migrations (name, checksum) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now()`,
        [script.name, script.checksum],
      );
    }
    await client.query('COMMIT');
  } catch (error) {
    // A connection that is gone has rolled back; the first error is the one to tell.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

interface Script {
  name: string;
  sql: string;
  checksum: string;
}

function readScript(path: string): Script {
  const sql = readFileSync(path, 'utf8');
  return { name: path.split(/[\\/]/).at(-1)!, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

function numbered(directory: string): Script[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.sql'));
  return files.sort().map((name) => readScript(join(directory, name)));
}

async function missingScripts(client: ClientBase, set: MigrationSet, wanted: Script[]): Promise<Script[]> {
  const known = await client.query<{ exists: boolean }>(`SELECT to_regclass($1) IS NOT NULL AS exists`, [
    `${set.schema}.migrations`,
  ]);
  if (!known.rows[0]!.exists) return wanted;
  const { rows } = await client.query<{ name: string; checksum: string }>(
    `SELECT name, checksum FROM ${set.schema}.migrations`,
  );
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  const stranger = rows.find(
    ({ name }) => /^\d/.test(name) && !wanted.some((script) => script.name === name),
  );
  if (stranger !== undefined) {
    throw new SchemaTooNewError(
      `the schema "${set.schema}" has the migration ${stranger.name}, which this version does not know: ` +
        'start the version that made it, or a later one',
    );
  }
  // A numbered migration is applied once, whatever became of its text; the other files follow their text. All of them
  // are applied again with any: a function that was made anew, with other arguments, has lost what roles.sql says of it.
  const isNumbered = ({ name }: Script) => /^\d/.test(name);
  const missing = wanted.filter((script) =>
    isNumbered(script) ? !applied.has(script.name) : applied.get(script.name) !== script.checksum,
  );
  return wanted.filter((script) => missing.includes(script) || (missing.length > 0 && !isNumbered(script)));
}
