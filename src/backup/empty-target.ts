import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { RefusedError } from './backup-error.js';
import { schemasOfOurs } from './catalog.js';

/** @throws RefusedError: what is there would be mixed with the backup, or lost */
export async function requireEmptyTarget(client: ClientBase, dataDir: string): Promise<void> {
  const there = (await schemasOfOurs(client)).map((schema) => `the database has the schema "${schema}"`);
  for (const folder of ['files', 'keys']) {
    const names = await readdir(join(dataDir, folder)).catch(() => []);
    if (names.length > 0) there.push(`${join(dataDir, folder)} is not empty`);
  }
  if (there.length === 0) return;
  throw new RefusedError(`Restore into an empty database and an empty DATA_DIR: ${there.join(', ')}`);
}
