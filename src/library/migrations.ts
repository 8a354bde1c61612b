import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { runMigrations } from '../credits/index.js';

export function migrateLibrary(client: ClientBase): Promise<void> {
  return runMigrations(client, {
    schema: 'library',
    migrationsDirectory: join(import.meta.dirname, 'migrations'),
    functionFiles: [],
  });
}
