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
  if (result instanceof StreamableFile && ending.drains) return drained(result, source, ending);
  ending.endSourceBy(() => source.destroy());
  return result;
}

/** The adapters destroy the stream they send when the client leaves: they get another one, and the source is read on. */
function drained(file: StreamableFile, source: Readable, ending: Ending): StreamableFile {
  const sent = new PassThrough();
  source.pipe(sent);
  source.once('error', (error) => sent.destroy(error));
  sent.once('close', () => (ending.isDraining ? source.resume() : source.destroy()));
  return new StreamableFile(sent, file.options)
    .setErrorHandler(file.errorHandler)
    .setErrorLogger(file.errorLogger);
}
