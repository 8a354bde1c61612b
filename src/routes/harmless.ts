import type { Readable } from 'node:stream';

/**
 * A stream whose failure is told to its reader alone. An answer may end before anything reads what was opened for it, and an
 * error for which nobody listens ends the process.
 */
export function harmless<T extends Readable>(stream: T): T {
  return stream.on('error', () => undefined);
}
