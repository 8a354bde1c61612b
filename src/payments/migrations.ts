import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { readSqlFile, readSqlFiles, runMigrations, type MigrationOptions } from '../credits/plumbing.js';

const here = import.meta.dirname;

export function migratePayments(client: ClientBase, options?: MigrationOptions): Promise<void> {
  const set = {
    schema: 'payments',
    migrations: readSqlFiles(join(here, 'migrations')),
    functions: [readSqlFile(join(here, 'roles.sql'))],
  };
  return runMigrations(client, set, options);
}
