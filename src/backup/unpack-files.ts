import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ClientBase } from 'pg';
import { SHELVES } from '../library/shelves.js';
import type { ArchiveReader } from './archive-reader.js';
import { syncFolderOf } from './archive-writer.js';
import type { Progress } from './back-up.js';
import { BackupError } from './backup-error.js';

/** Only names of our own form, so that none leads out of the folder. */
const STORED = /^(files\/\w+\/[0-9a-f-]{36}|keys)\/\w[\w.-]*$/;

/** Unpacks files and keys durably, and checks that every row has its file. @throws BackupError */
export async function unpackFiles(
  client: ClientBase,
  archive: ArchiveReader,
  target: string,
  progress: Progress,
): Promise<void> {
  await requireFiles(client, archive);
  const gone = new Set(archive.manifest.deletedMeanwhile.map(({ id }) => id));
  const names = [...archive.names('files/'), ...archive.names('keys/')];
  for (const folder of ['files', 'keys']) await mkdir(join(target, folder), { recursive: true, mode: 0o700 });
  progress.begin('files', names.length);
  for (const [done, name] of names.entries()) {
    if (!STORED.test(name)) throw new BackupError(`${name} is not the name of a stored file`);
    if (!gone.has(name.split('/')[2]!)) await unpack(archive, name, join(target, name));
    progress.report(done + 1);
  }
  const folders = new Set(names.map((name) => dirname(name)));
  for (const folder of [...folders, 'files/any', 'keys']) await syncFolderOf(join(target, folder));
}

/** The archives of several servers have the same keys; the last one has the latest. */
async function unpack(archive: ArchiveReader, name: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, name.startsWith('keys/') ? 'w' : 'wx', 0o600);
  await archive.pour(name, file.createWriteStream({ flush: true }));
  await syncFolderOf(path);
}

/** Checks that each row has its file, unchanged, except those that the backup itself calls lost. */
async function requireFiles(client: ClientBase, archive: ArchiveReader): Promise<void> {
  const lost = new Set(archive.manifest.lost.map(({ id }) => id));
  for (const { table, folder, name, files } of SHELVES) {
    const { rows } = await client.query<{ id: string; sha256: string }>(`SELECT id, sha256 FROM ${table}`);
    for (const { id, sha256 } of rows) {
      if (lost.has(id)) continue;
      const sumOf = (file: string) => archive.sums.get(`files/${folder}/${id}/${file}`);
      const missing = files.find((file) => sumOf(file) === undefined);
      if (missing !== undefined) throw new BackupError(`${folder}/${id}/${missing} is not in it`);
      if (sumOf(name) !== sha256) throw new BackupError(`${folder}/${id}/${name} is not what its row says`);
    }
  }
}
