import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { runMigrations, type MigrationOptions } from '../credits/plumbing.js';

export function migrateLibrary(client: ClientBase, options?: MigrationOptions): Promise<void> {
  const set = {
    schema: 'library',
    migrationsDirectory: join(import.meta.dirname, 'migrations'),
    functionFiles: [join(import.meta.dirname, 'roles.sql')],
  };
  return runMigrations(client, set, options);
}
