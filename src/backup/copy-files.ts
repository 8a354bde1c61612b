import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import type { ArchiveWriter } from './archive-writer.js';
import type { WithoutFile } from './manifest.js';
import type { ShelfRow } from './snapshot.js';

export interface CopiedFiles {
  files: number;
  lost: WithoutFile[];
  deletedMeanwhile: WithoutFile[];
}

/**
 * The files of the snapshot's rows. Newer ones are left, their rows are not in it. A row is deleted before its
 * file: where the file is gone and the row still there, the file was lost.
 */
export async function copyFiles(
  client: ClientBase,
  archive: ArchiveWriter,
  {
    dataDir,
    rows,
    onFiles,
  }: { dataDir: string; rows: readonly ShelfRow[]; onFiles: (count: number) => void },
): Promise<CopiedFiles> {
  const copied: CopiedFiles = { files: 0, lost: [], deletedMeanwhile: [] };
  for (const row of rows) {
    const { table, folder, name } = row.shelf;
    const sums = await copyFolder(archive, dataDir, `files/${folder}/${row.id}`);
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
  return (await copyFolder(archive, dataDir, 'keys')).size;
}

/** SHA-256 by file name; empty when there is no such folder, or no more. */
async function copyFolder(
  archive: ArchiveWriter,
  dataDir: string,
  path: string,
): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  for (const name of await unlessGone(readdir(join(dataDir, path)), [])) {
    // Opened first: from here on it can be read to its end, even after it is deleted.
    const file = await unlessGone(open(join(dataDir, path, name)), undefined);
    if (file === undefined) continue;
    const { sha256 } = await archive.add(`${path}/${name}`, file.createReadStream());
    sums.set(name, sha256);
  }
  return sums;
}

function unlessGone<T>(found: Promise<T>, otherwise: T): Promise<T> {
  return found.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  });
}
