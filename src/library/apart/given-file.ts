import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { INPUT, KEPT_OPEN } from './descriptors.js';

/** A file that the server has laid into the scratch, for a process that may open none itself. */
export class GivenFile {
  readonly descriptor = INPUT;

  constructor(
    private readonly start: number,
    readonly bytes: number,
  ) {}

  stream(): Readable {
    const end = this.start + this.bytes - 1;
    const place = { fd: this.descriptor, start: this.start, end, autoClose: false, fs: KEPT_OPEN };
    return this.bytes === 0 ? Readable.from([]) : createReadStream('', place);
  }

  read(): Promise<Buffer> {
    return buffer(this.stream());
  }
}
