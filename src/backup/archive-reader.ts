import { Writable, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { BackupError, RefusedError } from './backup-error.js';
import { EntryMeter } from './entry-meter.js';
import { MANIFEST, SUMS, parseManifest, type Manifest } from './manifest.js';

/** A backup that is complete by its directory; each entry is checked as it is read. */
export class ArchiveReader {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    /** SHA-256 by name. */
    readonly sums: ReadonlyMap<string, string>,
    readonly manifest: Manifest,
  ) {}

  /** @throws BackupError if it is not a backup, or is cut off or damaged; RefusedError if it cannot be read */
  static async open(path: string): Promise<ArchiveReader> {
    const zip = await openZip(path);
    try {
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
      const sums = parseSums(await text(await opened(zip, entries, SUMS)));
      requireSame([...entries.keys()], [...sums.keys(), SUMS]);
      const manifest = await readManifest(zip, entries, sums);
      return new ArchiveReader(zip, entries, sums, manifest);
    } catch (error) {
      zip.close();
      throw asBackupError(error);
    }
  }

  /** The names with this prefix. */
  names(prefix: string): string[] {
    return [...this.sums.keys()].filter((name) => name.startsWith(prefix));
  }

  /** @throws BackupError if it is not what was written */
  async pour(name: string, into: Writable, onBytes?: (bytes: number) => void): Promise<EntryMeter> {
    const meter = new EntryMeter(onBytes);
    const source = await opened(this.zip, this.entries, name).catch((error: unknown) => {
      // A COPY without input would keep its connection for ever.
      into.once('error', () => undefined).destroy();
      throw asBackupError(error);
    });
    let damage: unknown;
    source.once('error', (error) => (damage = error));
    try {
      await pipeline(source, meter, into);
    } catch (error) {
      if (damage !== undefined) throw asBackupError(damage);
      // If the target refuses it, the archive may be the cause.
      if (!(into instanceof Nowhere)) await this.pour(name, new Nowhere());
      throw error;
    }
    if (meter.sha256 !== this.sums.get(name)) throw new BackupError(`${name} is damaged`);
    return meter;
  }

  close(): void {
    this.zip.close();
  }
}

class Nowhere extends Writable {
  override _write(_chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, lazyEntries: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) throw new RefusedError(`${path} cannot be read (${code})`);
    throw asBackupError(error);
  }
}

async function opened(zip: ZipFile, entries: ReadonlyMap<string, Entry>, name: string): Promise<Readable> {
  const entry = entries.get(name);
  if (entry === undefined) throw new BackupError(`there is no ${name} in it`);
  return zip.openReadStreamPromise(entry);
}

async function readManifest(
  zip: ZipFile,
  entries: ReadonlyMap<string, Entry>,
  sums: ReadonlyMap<string, string>,
): Promise<Manifest> {
  const meter = new EntryMeter();
  const [content] = await Promise.all([text(meter), pipeline(await opened(zip, entries, MANIFEST), meter)]);
  if (meter.sha256 !== sums.get(MANIFEST)) throw new BackupError(`${MANIFEST} is damaged`);
  return parseManifest(content);
}

function parseSums(lines: string): Map<string, string> {
  const pairs = lines.split('\n').filter((line) => line !== '');
  return new Map(pairs.map((line) => [line.slice(66), line.slice(0, 64)]));
}

function requireSame(found: string[], promised: string[]): void {
  const there = new Set(found);
  const missing = promised.find((name) => !there.has(name));
  if (missing !== undefined) throw new BackupError(`${missing} is missing`);
  if (found.length !== promised.length) throw new BackupError('it has entries that no backup has');
}

function asBackupError(error: unknown): BackupError {
  return error instanceof BackupError ? error : new BackupError((error as Error).message, { cause: error });
}
