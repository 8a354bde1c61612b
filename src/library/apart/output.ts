import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileRefusal } from '../file-refusal.js';
import { Meter } from '../meter.js';
import { KEPT_OPEN, OUTPUT } from './descriptors.js';

/** The one file that a work may leave; the server takes it over from the scratch. */
export class Output {
  sha256: string | undefined;

  /** @throws FileRefusal storage_full for more bytes than there is room for */
  async write(source: Readable | Iterable<Uint8Array>, limitBytes = Infinity): Promise<void> {
    const meter = new Meter((bytes) =>
      bytes > limitBytes ? new FileRefusal('storage_full', `more than ${limitBytes} bytes`) : undefined,
    );
    const file = createWriteStream('', { fd: OUTPUT, start: 0, autoClose: false, fs: KEPT_OPEN });
    await pipeline(source, meter, file);
    this.sha256 = meter.sha256;
  }
}
