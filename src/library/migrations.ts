import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { runMigrations, type MigrationOptions } from '../credits/index.js';

export function migrateLibrary(client: ClientBase, options?: MigrationOptions): Promise<void> {
  const migrationsDirectory = join(import.meta.dirname, 'migrations');
  return runMigrations(client, { schema: 'library', migrationsDirectory, functionFiles: [] }, options);
}
