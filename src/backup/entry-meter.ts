import type { TransformCallback } from 'node:stream';
import { Meter } from '../library/meter.js';

const NEWLINE = 10;

/** What an entry of the archive came to: its bytes and SHA-256 and, of rows written one a line, how many. */
export class EntryMeter extends Meter {
  lines = 0;

  constructor(private readonly onBytes?: (bytes: number) => void) {
    super();
  }

  override _transform(chunk: Buffer, encoding: BufferEncoding, done: TransformCallback): void {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) this.lines += 1;
    super._transform(chunk, encoding, done);
    this.onBytes?.(this.bytes);
  }
}
