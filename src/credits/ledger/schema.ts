import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { runMigrations, type MigrationOptions } from './migrate.js';

const here = dirname(fileURLToPath(import.meta.url));

const FUNCTION_FILES = [
  'names.sql',
  'settle.sql',
  'announce.sql',
  'why-held.sql',
  'apply.sql',
  'erase.sql',
  'edits.sql',
  'history.sql',
  'integrity.sql',
  'roles.sql',
];

/** Bring a ledger up to date, in the schema in which it lives; see {@link runMigrations}. */
export function migrateLedger(
  client: ClientBase,
  { schema = 'credits', ...options }: MigrationOptions & { schema?: string } = {},
): Promise<void> {
  const set = {
    schema,
    migrationsDirectory: join(here, 'migrations'),
    functionFiles: FUNCTION_FILES.map((name) => join(here, name)),
  };
  return runMigrations(client, set, options);
}
