import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OUTPUT } from './descriptors.js';

/** The one file that a work may leave; the server takes it over from the scratch. */
export class Output {
  sha256: string | undefined;

  async write(source: Readable | Iterable<Uint8Array>): Promise<void> {
    const hash = createHash('sha256');
    await pipeline(source, hashed(hash), createWriteStream('', { fd: OUTPUT, start: 0, autoClose: false }));
    this.sha256 = hash.digest('hex');
  }
}

function hashed(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}
