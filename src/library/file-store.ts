import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { troubleOf } from '../credits/index.js';
import { writeDurably, type StagedFile } from './staged-file.js';

const INCOMING = 'incoming';

/**
 * The files behind the rows: `<DATA_DIR>/files/<folder>/<id>/<name>`, in folders of ids we made ourselves; a name
 * from a client is never part of a path. Staged files live in `incoming` and are renamed into place before their
 * row is written, so a row never stands for a file that a crash took.
 */
export class FileStore {
  readonly #root: string;
  readonly #incoming: string;

  constructor(dataDirectory: string) {
    this.#root = join(dataDirectory, 'files');
    this.#incoming = join(this.#root, INCOMING);
  }

  /** Read a stream to its end, hashed on the way. @throws FileTooLargeError; nothing of the file is left then. */
  async stage(source: Readable, limitBytes: number): Promise<StagedFile> {
    return writeDurably(source, await this.newPath(), limitBytes);
  }

  /** Where a file may be staged that somebody else writes; discard it when it comes to nothing. */
  async newPath(): Promise<string> {
    return join(await this.incoming(), randomUUID());
  }

  /** The folder of what is not anybody's yet. */
  async incoming(): Promise<string> {
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
    return this.#incoming;
  }

  /** Move staged files to their place; durable when this resolves. */
  async keep(folder: string, id: string, files: Record<string, StagedFile>): Promise<void> {
    const directory = this.#directory(folder, id);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const [name, { path }] of Object.entries(files)) await rename(path, join(directory, name));
    for (const changed of [directory, join(this.#root, folder), this.#root]) await syncDirectory(changed);
  }

  /**
   * Move staged files to their place and write the row that owns them. Without the row the files go again, unless
   * nobody knows: when the answer to a commit was lost they stay, and the sweeper decides once it is certain.
   */
  async keepWith<T>(
    folder: string,
    id: string,
    files: Record<string, StagedFile>,
    writeRow: () => Promise<T>,
  ): Promise<T> {
    let kept = false;
    try {
      await this.keep(folder, id, files);
      kept = true;
      return await writeRow();
    } catch (error) {
      if (!kept || troubleOf(error) === undefined) await this.remove(folder, id);
      throw error;
    }
  }

  /** A file made from text of our own (bytes are UTF-8 already), staged like any other. */
  async stageText(text: string | Uint8Array): Promise<StagedFile> {
    const path = await this.newPath();
    await writeFile(path, text, { flag: 'wx', mode: 0o600, flush: true });
    return { path, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
  }

  open(folder: string, id: string, name: string, range?: { start: number; end: number }): ReadStream {
    return createReadStream(this.pathOf(folder, id, name), range);
  }

  /** For a process of our own to be given. */
  pathOf(folder: string, id: string, name: string): string {
    return join(this.#directory(folder, id), name);
  }

  /** Not with `rm`, which looks at the file first, and stops the whole process while it waits for its folder. */
  async discard(path: string): Promise<void> {
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }

  async remove(folder: string, id: string): Promise<void> {
    await rm(this.#directory(folder, id), { recursive: true, force: true });
  }

  async has(folder: string, id: string, name: string): Promise<boolean> {
    return (await changedAt(this.pathOf(folder, id, name))) !== undefined;
  }

  /** What lies in a folder and has not changed since: for the sweeper of files without a row. */
  async idsUnchangedSince(folder: string, time: Date): Promise<string[]> {
    const names = await readdir(join(this.#root, folder)).catch(() => []);
    const old: string[] = [];
    for (const name of names) {
      const changed = await changedAt(join(this.#root, folder, name));
      if (changed !== undefined && changed < time) old.push(name);
    }
    return old;
  }

  /** Remove staged files that have not changed since: those of a crash. Answers how many. */
  async discardUnchangedSince(time: Date): Promise<number> {
    const old = await this.idsUnchangedSince(INCOMING, time);
    for (const name of old) await this.discard(join(this.#incoming, name));
    return old.length;
  }

  #directory(folder: string, id: string): string {
    return join(this.#root, folder, id);
  }
}

/** Undefined: it is not there, or not any more. */
async function changedAt(path: string): Promise<Date | undefined> {
  return stat(path).then(
    ({ mtime }) => mtime,
    () => undefined,
  );
}

/** A rename is durable only when its directory is; Windows cannot open one and needs no such thing. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
