import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileRefusal } from '../file-refusal.js';
import { KEPT_OPEN, OUTPUT } from './descriptors.js';

/** The one file that a work may leave; the server takes it over from the scratch. */
export class Output {
  sha256: string | undefined;

  /** @throws FileRefusal storage_full for more bytes than there is room for */
  async write(source: Readable | Iterable<Uint8Array>, limitBytes = Infinity): Promise<void> {
    const hash = createHash('sha256');
    await pipeline(
      source,
      metered(hash, limitBytes),
      createWriteStream('', { fd: OUTPUT, start: 0, autoClose: false, fs: KEPT_OPEN }),
    );
    this.sha256 = hash.digest('hex');
  }
}

function metered(hash: Hash, limitBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      const isFull = bytes > limitBytes;
      done(isFull ? new FileRefusal('storage_full', `more than ${limitBytes} bytes`) : null, chunk);
    },
  });
}
