import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { runMigrations, type MigrationOptions } from './migrate.js';

const here = dirname(fileURLToPath(import.meta.url));

const FUNCTION_FILES = [
  'settle.sql',
  'announce.sql',
  'running-holds.sql',
  'apply.sql',
  'erase.sql',
  'edits.sql',
  'history.sql',
  'integrity.sql',
  'roles.sql',
];

/** Bring the schema `credits` up to date; see {@link runMigrations}. */
export function migrateLedger(client: ClientBase, options?: MigrationOptions): Promise<void> {
  const set = {
    schema: 'credits',
    migrationsDirectory: join(here, 'migrations'),
    functionFiles: FUNCTION_FILES.map((name) => join(here, name)),
  };
  return runMigrations(client, set, options);
}
