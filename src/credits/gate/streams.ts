import { StreamableFile } from '@nestjs/common';
import { PassThrough, Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Ending } from './ending.js';
import { hasSource } from './is-stream.js';

/**
 * The same result, with what its source comes to told to the ending. Ended is a source only where it was read to its
 * end; with its client it is destroyed, unless it is to be drained.
 */
export function withItsSourceWatched(result: unknown, ending: Ending): unknown {
  ending.countBody();
  if (!hasSource(result)) return result;
  const source = sourceOf(result);
  const failed = () => ending.sourceFailed('the work failed');
  if (source.errored !== null) failed();
  source.once('error', failed).once('end', () => ending.sourceEnded());
  source.once('close', () => ending.sourceDestroyed());
  ending.endSourceBy(() => source.destroy());
  const sent = ending.drains ? readOn(source) : source;
  return result instanceof StreamableFile ? Object.assign(result, { getStream: () => sent }) : sent;
}

function sourceOf(result: StreamableFile | Readable | ReadableStream): Readable {
  if (result instanceof StreamableFile) return result.getStream();
  return result instanceof Readable ? result : Readable.fromWeb(result);
}

/**
 * What is sent is destroyed when the client leaves. So something else is sent in the source's place, and when that is
 * destroyed the source is read on.
 */
function readOn(source: Readable): Readable {
  // It may be destroyed before anything is sent; then nobody else listens.
  const sent = new PassThrough().on('error', () => undefined);
  source.pipe(sent);
  source.once('error', (error) => sent.destroy(error));
  sent.once('close', () => source.resume());
  return sent;
}
