import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { FileRefusal } from '../library/file-refusal.js';
import { openZip } from './open-zip.js';

const MAX_ENTRIES = 1_000;
const MAX_INFLATED_BYTES = 100 * 1024 * 1024;
const MAX_RATIO = 100;
/** Below this a part may inflate as it likes: thousands of equal paragraphs do, and do no harm. */
const HARMLESS_BYTES = 8 * 1024 * 1024;
const LOCAL_HEADER_BYTES = 30;

const ZIP = Buffer.from('PK');
/** The signature of old Office files, and of new ones with a password. */
const COMPOUND_FILE = Buffer.from('d0cf11e0', 'hex');

export const corrupt = (detail: string) => new FileRefusal('file_corrupt', detail);
export const tooComplex = (detail: string) => new FileRefusal('file_too_complex', detail);
export const unsupported = (detail: string) => new FileRefusal('unsupported_file_type', detail);

/** The parts of an Office file, by name without the leading slash. Its directory is checked first. */
export class DocxPackage {
  #inflated = 0;

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: Map<string, Entry>,
    private readonly closeFile: () => void,
  ) {}

  /**
   * Of a path, or of a descriptor that somebody else closes.
   *
   * @throws FileRefusal unsupported_file_type, file_corrupt, file_too_complex
   */
  static async open(file: string | number): Promise<DocxPackage> {
    const descriptor = typeof file === 'string' ? openSync(file, 'r') : file;
    const closeFile = () => (typeof file === 'string' ? closeSync(descriptor) : undefined);
    try {
      return await DocxPackage.#open(descriptor, closeFile);
    } catch (error) {
      closeFile();
      throw error;
    }
  }

  static async #open(descriptor: number, closeFile: () => void): Promise<DocxPackage> {
    const size = requireZip(descriptor);
    const zip = await openZip(descriptor, size).catch(() => {
      throw corrupt('The file is cut off, or not a complete ZIP.');
    });
    try {
      if (zip.entryCount > MAX_ENTRIES)
        throw tooComplex(`There are more than ${MAX_ENTRIES} parts in the file.`);
      const entries: Entry[] = [];
      for await (const entry of zip.eachEntry()) entries.push(entry);
      checkDirectory(entries, size);
      return new DocxPackage(zip, byName(entries), closeFile);
    } catch (error) {
      throw error instanceof FileRefusal ? error : corrupt('The directory of the ZIP is damaged.');
    }
  }

  /** Not by closing the ZIP, which would also close a descriptor that is not ours. */
  close(): void {
    this.closeFile();
  }

  has(name: string): boolean {
    return this.entries.has(name.toLowerCase());
  }

  /** A part's bytes, counted as they inflate, because the directory may lie about their number. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name.toLowerCase());
    if (entry === undefined) throw corrupt(`The part ${name} is missing.`);
    let checksum = 0;
    try {
      for await (const chunk of await this.zip.openReadStreamPromise(entry)) {
        checksum = crc32(chunk as Buffer, checksum);
        this.#inflated += (chunk as Buffer).length;
        if (this.#inflated > MAX_INFLATED_BYTES) throw inflatesTooMuch();
        yield chunk as Buffer;
      }
    } catch (error) {
      if (error instanceof FileRefusal) throw error;
      const liesAboutSize = /too many bytes/.test(String(error));
      throw liesAboutSize ? inflatesTooMuch() : corrupt(`The part ${name} is damaged.`);
    }
    if (checksum !== entry.crc32) throw corrupt(`The part ${name} is damaged.`);
  }
}

/** Returns the file's size. */
function requireZip(descriptor: number): number {
  const { size } = fstatSync(descriptor);
  if (size === 0) throw corrupt('The file is empty.');
  const start = Buffer.alloc(4);
  readSync(descriptor, start, 0, 4, 0);
  if (start.equals(COMPOUND_FILE)) {
    throw unsupported('This is an old Office file, or a password-protected one; save it as plain DOCX.');
  }
  if (!start.subarray(0, 2).equals(ZIP)) throw unsupported('This is not a DOCX file.');
  return size;
}

function checkDirectory(entries: Entry[], size: number): void {
  if (entries.some((entry) => entry.isEncrypted())) throw unsupported('The file is password-protected.');
  const inflated = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (inflated > MAX_INFLATED_BYTES) throw inflatesTooMuch();
  for (const { compressedSize, uncompressedSize } of entries) {
    if (uncompressedSize > HARMLESS_BYTES && uncompressedSize > compressedSize * MAX_RATIO)
      throw inflatesTooMuch();
  }
  const places = entries.map(({ relativeOffsetOfLocalHeader: start, compressedSize, fileNameLength }) => ({
    start,
    end: start + LOCAL_HEADER_BYTES + fileNameLength + compressedSize,
  }));
  places.sort((a, b) => a.start - b.start);
  places.forEach(({ end }, index) => {
    if (end > (places[index + 1]?.start ?? size)) throw tooComplex('Parts of the file overlap.');
  });
}

/** Part names ignore case. Programs would read two parts of one name differently, so they are refused. */
function byName(entries: Entry[]): Map<string, Entry> {
  const named = new Map(entries.map((entry) => [entry.fileName.toLowerCase(), entry]));
  if (named.size !== entries.length) throw corrupt('Two parts of the file have the same name.');
  return named;
}

function inflatesTooMuch(): FileRefusal {
  return tooComplex('The file unpacks to more than is accepted here.');
}
