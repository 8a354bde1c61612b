import { open, readdir } from 'node:fs/promises';
import type { FilePlace } from '../library/file-place.js';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import type { ArchiveWriter } from './archive-writer.js';
import type { WithoutFile } from './manifest.js';
import { isGone } from '../library/place-of.js';
import type { ShelfRow } from './snapshot.js';

export interface CopiedFiles {
  files: number;
  lost: WithoutFile[];
  deletedMeanwhile: WithoutFile[];
}

/**
 * Copies the files of the snapshot's rows; newer files have no row in it and are left out. A row is deleted before
 * its file, so a missing file whose row is still there was lost.
 */
export async function copyFiles(
  client: ClientBase,
  archive: ArchiveWriter,
  { place, rows, onFiles }: { place: FilePlace; rows: readonly ShelfRow[]; onFiles: (count: number) => void },
): Promise<CopiedFiles> {
  const copied: CopiedFiles = { files: 0, lost: [], deletedMeanwhile: [] };
  for (const row of rows) {
    const { table, name } = row.shelf;
    const sums = await copyFilesOf(archive, place, row);
    copied.files += sums.size;
    onFiles(copied.files);
    const isWhole = sums.get(name) === row.sha256 && row.shelf.files.every((file) => sums.has(file));
    if (isWhole) continue;
    const { rowCount } = await client.query(`SELECT FROM ${table} WHERE id = $1`, [row.id]);
    (rowCount === 0 ? copied.deletedMeanwhile : copied.lost).push({ table, id: row.id });
  }
  return copied;
}

/** The secrets of the installation, without which its tokens and its memory of erased persons are void. */
export async function copyKeys(archive: ArchiveWriter, dataDir: string): Promise<number> {
  const names = await unlessGone(readdir(join(dataDir, 'keys')), []);
  for (const name of names) {
    const file = await open(join(dataDir, 'keys', name));
    await archive.add(`keys/${name}`, file.createReadStream());
  }
  return names.length;
}

/** SHA-256 by file name, for the keys that are there. */
async function copyFilesOf(
  archive: ArchiveWriter,
  place: FilePlace,
  { shelf, id }: ShelfRow,
): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  for (const name of shelf.files) {
    // Opened first: from now on it can be read to its end, even if it is deleted.
    const file = await unlessGone(place.open(shelf.folder, id, name), undefined);
    if (file === undefined) continue;
    sums.set(name, (await archive.add(`files/${shelf.folder}/${id}/${name}`, file)).sha256);
  }
  return sums;
}

function unlessGone<T>(found: Promise<T>, otherwise: T): Promise<T> {
  return found.catch((error: unknown) => {
    if (isGone(error)) return otherwise;
    throw error;
  });
}
