import { createHash, randomUUID } from 'node:crypto';
import { mkdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { troubleOf } from '../credits/index.js';
import { harmless } from '../routes/harmless.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { FilePlace, Range } from './file-place.js';
import { FolderPlace, unchangedSince } from './folder-place.js';
import { isGone } from './place-of.js';
import { writeDurably, type StagedFile } from './staged-file.js';

/**
 * The files behind the rows, under folders and ids of our own; a name from a client is never part of a path. A file
 * that arrives is staged on this machine, in `<DATA_DIR>/files/incoming`; a file that is kept moves to its place.
 */
export class FileStore {
  readonly #incoming: string;

  constructor(
    dataDirectory: string,
    private readonly place: FilePlace = new FolderPlace(join(dataDirectory, 'files')),
  ) {
    this.#incoming = join(dataDirectory, 'files', 'incoming');
  }

  /** Read a stream to its end, hashed on the way. @throws FileTooLargeError; nothing of the file is left then. */
  async stage(source: Readable, limitBytes: number): Promise<StagedFile> {
    return writeDurably(source, await this.newPath(), limitBytes);
  }

  /** A path for a file that another process writes. Discard the file if it is not kept. */
  async newPath(): Promise<string> {
    return join(await this.incoming(), randomUUID());
  }

  /** The folder of staged files, which have no owner yet. */
  async incoming(): Promise<string> {
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
    return this.#incoming;
  }

  /**
   * Move staged files to their place and write the row that owns them. If the row fails, the files are removed,
   * unless its commit is uncertain because the answer was lost: then they stay, and the sweeper decides once it is
   * certain.
   */
  async keepWith<T>(
    folder: string,
    id: string,
    files: Record<string, StagedFile>,
    writeRow: () => Promise<T>,
  ): Promise<T> {
    let kept = false;
    try {
      await this.place.keep(folder, id, files);
      kept = true;
      return await writeRow();
    } catch (error) {
      // If this fails, the sweeper removes them.
      if (!kept || troubleOf(error) === undefined) await this.remove(folder, id).catch(() => undefined);
      throw error;
    }
  }

  /** Stage text of our own; bytes are UTF-8 already. */
  async stageText(text: string | Uint8Array): Promise<StagedFile> {
    const path = await this.newPath();
    await writeFile(path, text, { flag: 'wx', mode: 0o600, flush: true });
    return { path, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
  }

  /** @throws ProblemException file_lost if it is missing, although its row says that it is there */
  async open(folder: string, id: string, name: string, range?: Range): Promise<Readable> {
    try {
      return harmless(await this.place.open(folder, id, name, range));
    } catch (error) {
      throw isGone(error) ? lost(id, error) : error;
    }
  }

  /** Not with `rm`, which looks at the file first and blocks the whole process while it waits for the folder. */
  async discard(path: string): Promise<void> {
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }

  remove(folder: string, id: string): Promise<void> {
    return this.place.remove(folder, id);
  }

  /** The ids that have no file of this name. */
  missing(folder: string, ids: readonly string[], name: string): Promise<string[]> {
    return this.place.missing(folder, ids, name);
  }

  /** Ids whose files have not changed since; the sweeper looks for those without a row. */
  idsUnchangedSince(folder: string, time: Date): Promise<string[]> {
    return this.place.idsUnchangedSince(folder, time);
  }

  /** Remove staged files that have not changed since, which a crash left. Returns how many. */
  async discardUnchangedSince(time: Date): Promise<number> {
    const old = await unchangedSince(this.#incoming, time);
    for (const name of old) await this.discard(join(this.#incoming, name));
    return old.length;
  }
}

function lost(id: string, cause: unknown): ProblemException {
  const detail = 'The stored file is lost. Whoever runs this service may have a backup of it.';
  return new ProblemException('file_lost', detail, { id }, cause);
}
