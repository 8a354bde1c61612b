import { StreamableFile } from '@nestjs/common';
import { PassThrough, Readable } from 'node:stream';
import type { Ending } from './ending.js';

/** What is sent piece by piece, so nothing can be said of it before its end. */
export function isStream(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false;
  return (
    result instanceof StreamableFile ||
    result instanceof Readable ||
    Symbol.asyncIterator in result ||
    Object.prototype.toString.call(result) === '[object Response]'
  );
}

/**
 * The same result, with what its source comes to told to the ending. Ended is a source only where it was read to its
 * end; with its client it is destroyed, unless it is to be drained.
 */
export function withItsSourceWatched(result: unknown, ending: Ending): unknown {
  const source = result instanceof StreamableFile ? result.getStream() : result;
  if (!(source instanceof Readable)) return result;
  const failed = () => ending.sourceFailed('the work failed');
  if (source.errored !== null) failed();
  source.once('error', failed).once('end', () => ending.sourceEnded());
  if (result instanceof StreamableFile && ending.drains) return drained(result, source);
  ending.endSourceBy(() => source.destroy());
  return result;
}

/**
 * What is sent is destroyed when the client leaves, and so would be the stream of a file that is sent in another's
 * place: so the same file has another stream, and the source is read on.
 */
function drained(file: StreamableFile, source: Readable): StreamableFile {
  const sent = new PassThrough();
  source.pipe(sent);
  source.once('error', (error) => sent.destroy(error));
  sent.once('close', () => source.resume());
  return Object.assign(file, { getStream: () => sent });
}
