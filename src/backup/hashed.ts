import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** Lets everything through and remembers what it was. */
export class Hashed extends Transform {
  bytes = 0;
  lines = 0;
  readonly #hash = createHash('sha256');
  #sha256: string | undefined;

  constructor(private readonly onBytes?: (bytes: number) => void) {
    super();
  }

  /** Of all that came through, once it has ended. */
  get sha256(): string {
    return (this.#sha256 ??= this.#hash.digest('hex'));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.lines += 1;
    this.#hash.update(chunk);
    this.onBytes?.(this.bytes);
    done(null, chunk);
  }
}
