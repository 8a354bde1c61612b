import { readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { RandomAccessReader, fromFdPromise, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';

const END_SIGNATURE = Buffer.from('PK\x05\x06', 'latin1');
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const CHUNK_BYTES = 64 * 1024;
/** Behind the end of the ZIP: line ends of mail programs, zeroes that fill a block, the last page of a download. */
const MAX_BYTES_BEHIND = 1024 * 1024;

/** Opens a ZIP whose end may be followed by bytes that do not belong to it. */
export function openZip(descriptor: number, size: number): Promise<ZipFile> {
  const end = endOfZip(descriptor, size) ?? size;
  // For a whole file the library is faster.
  if (end === size) return fromFdPromise(descriptor, { autoClose: false });
  return fromRandomAccessReaderPromise(new BytesOf(descriptor), end, { autoClose: false });
}

/** Where the last record that says where the ZIP's directory is, and says so truly, ends with its comment. */
function endOfZip(descriptor: number, size: number): number | undefined {
  const tail = Buffer.alloc(Math.min(size, MAX_BYTES_BEHIND + MAX_COMMENT_BYTES + END_BYTES));
  const start = size - tail.length;
  readSync(descriptor, tail, 0, tail.length, start);
  for (
    let at = tail.lastIndexOf(END_SIGNATURE);
    at !== -1;
    at = at === 0 ? -1 : tail.lastIndexOf(END_SIGNATURE, at - 1)
  ) {
    if (at + END_BYTES > tail.length) continue;
    const directoryEnd = tail.readUInt32LE(at + 12) + tail.readUInt32LE(at + 16);
    const end = start + at + END_BYTES + tail.readUInt16LE(at + 20);
    if (directoryEnd === start + at && end <= size) return end;
  }
  return undefined;
}

/** Reads a file by its descriptor and leaves it open; an abandoned stream would close it. */
class BytesOf extends RandomAccessReader {
  constructor(private readonly descriptor: number) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(chunksOf(this.descriptor, start, end), { objectMode: false });
  }
}

function* chunksOf(descriptor: number, start: number, end: number): Generator<Buffer> {
  for (let at = start; at < end;) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, end - at));
    const read = readSync(descriptor, chunk, 0, chunk.length, at);
    if (read === 0) return;
    yield chunk.subarray(0, read);
    at += read;
  }
}
