import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** Lets everything through, counted and hashed; what `refuse` says of the bytes so far ends the stream. */
export class Meter extends Transform {
  bytes = 0;
  readonly #hash = createHash('sha256');
  #sha256: string | undefined;

  constructor(private readonly refuse: (bytes: number) => Error | undefined = () => undefined) {
    super();
  }

  /** Of all that came through, in hex, once it has ended. */
  get sha256(): string {
    return (this.#sha256 ??= this.#hash.digest('hex'));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.#hash.update(chunk);
    done(this.refuse(this.bytes), chunk);
  }
}
