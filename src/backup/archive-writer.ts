import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { folderError } from '../config/folder-error.js';
import { EntryMeter } from './entry-meter.js';
import { SUMS } from './manifest.js';

interface EntryOptions {
  compress?: boolean;
  onBytes?: (bytes: number) => void;
}

/**
 * Writes under another name until the archive is whole and durable, so that a crash leaves no half of it under its
 * own.
 */
export class ArchiveWriter {
  readonly #zip = new ZipFile();
  readonly #sums: string[] = [];
  readonly #draft: string;
  readonly #written: Promise<void>;

  private constructor(
    private readonly path: string,
    draft: string,
    file: FileHandle,
  ) {
    this.#draft = draft;
    this.#written = pipeline(this.#zip.outputStream as Readable, file.createWriteStream({ flush: true }));
    // The caller that adds an entry gets the error.
    this.#written.catch(() => undefined);
  }

  /** @throws ConfigurationError if no file can be made; UnavailableError while the disk is full */
  static async create(path: string): Promise<ArchiveWriter> {
    const draft = `${resolve(path)}.${randomBytes(4).toString('hex')}.part`;
    const file = await open(draft, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw folderError(`${path} cannot be written`, error);
    });
    return new ArchiveWriter(resolve(path), draft, file);
  }

  /** Resolves when all of it is in the archive. */
  async add(
    name: string,
    source: Readable,
    { compress = false, onBytes }: EntryOptions = {},
  ): Promise<EntryMeter> {
    const meter = new EntryMeter(onBytes);
    const added = pipeline(source, meter);
    this.#zip.addReadStream(meter, name, { compress, mode: 0o100600 });
    await Promise.race([added, this.#written]);
    this.#sums.push(`${meter.sha256}  ${name}\n`);
    return meter;
  }

  async addText(name: string, text: string): Promise<void> {
    await this.add(name, Readable.from([Buffer.from(text)]), { compress: true });
  }

  async finish(): Promise<void> {
    await this.addText(SUMS, this.#sums.join(''));
    this.#zip.end();
    await this.#written;
    await rename(this.#draft, this.path);
    await syncFolderOf(this.path);
  }

  async abandon(): Promise<void> {
    (this.#zip.outputStream as Readable).destroy();
    await this.#written.catch(() => undefined);
    await rm(this.#draft, { force: true });
  }
}

/** A rename is durable only once its folder is synced. Windows cannot open a folder and does not need this. */
export async function syncFolderOf(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
