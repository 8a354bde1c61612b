import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FilePlace, Range } from './file-place.js';
import type { StagedFile } from './staged-file.js';

/**
 * Files at `<root>/<folder>/<id>/<name>`, on a disk of this machine or a mounted one. They are staged beside it and
 * renamed into place before their row is written, so no row ever names a file that a crash took.
 */
export class FolderPlace implements FilePlace {
  constructor(private readonly root: string) {}

  async keep(folder: string, id: string, files: Record<string, StagedFile>): Promise<void> {
    const directory = this.#directory(folder, id);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const [name, { path }] of Object.entries(files)) await rename(path, join(directory, name));
    for (const changed of [directory, join(this.root, folder), this.root]) await syncDirectory(changed);
  }

  async open(folder: string, id: string, name: string, range?: Range): Promise<Readable> {
    const stream = createReadStream(this.#pathOf(folder, id, name), range);
    await once(stream, 'open');
    return stream;
  }

  async remove(folder: string, id: string): Promise<void> {
    await rm(this.#directory(folder, id), { recursive: true, force: true });
  }

  async missing(folder: string, ids: readonly string[], name: string): Promise<string[]> {
    const gone: string[] = [];
    for (const id of ids) if ((await changedAt(this.#pathOf(folder, id, name))) === undefined) gone.push(id);
    return gone;
  }

  idsUnchangedSince(folder: string, time: Date): Promise<string[]> {
    return unchangedSince(join(this.root, folder), time);
  }

  #pathOf(folder: string, id: string, name: string): string {
    return join(this.#directory(folder, id), name);
  }

  #directory(folder: string, id: string): string {
    return join(this.root, folder, id);
  }
}

/** The names of the entries of a directory that have not changed since. */
export async function unchangedSince(directory: string, time: Date): Promise<string[]> {
  const old: string[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    const changed = await changedAt(join(directory, name));
    if (changed !== undefined && changed < time) old.push(name);
  }
  return old;
}

/** Undefined: it is not there. */
async function changedAt(path: string): Promise<Date | undefined> {
  return stat(path).then(
    ({ mtime }) => mtime,
    () => undefined,
  );
}

/** A rename is durable only once its directory is synced. Windows cannot open a directory and does not need this. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
