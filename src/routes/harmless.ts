import type { Readable } from 'node:stream';

/**
 * Makes a stream's failure known to its reader only. An answer may end before anything reads the stream that was
 * opened for it, and an error without a listener ends the process.
 */
export function harmless<T extends Readable>(stream: T): T {
  return stream.on('error', () => undefined);
}
