import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import type { FilePlace } from '../library/file-place.js';
import { SHELVES } from '../library/shelves.js';
import { RefusedError } from './backup-error.js';
import { schemasOfOurs } from './catalog.js';

/** @throws RefusedError if anything is there: it would be mixed with the backup, or lost */
export async function requireEmptyTarget(
  client: ClientBase,
  { dataDir, place }: { dataDir: string; place?: FilePlace | undefined },
): Promise<void> {
  const there = (await schemasOfOurs(client)).map((schema) => `the database has the schema "${schema}"`);
  for (const folder of ['files', 'keys']) {
    const names = await readdir(join(dataDir, folder)).catch(() => []);
    if (names.length > 0) there.push(`${join(dataDir, folder)} is not empty`);
  }
  for (const { folder } of place === undefined ? [] : SHELVES) {
    const ids = await place!.idsUnchangedSince(folder, new Date(8.64e15));
    if (ids.length > 0) there.push(`S3_BUCKET has ${folder}`);
  }
  if (there.length === 0) return;
  throw new RefusedError(`Restore into an empty database and an empty DATA_DIR: ${there.join(', ')}`);
}
