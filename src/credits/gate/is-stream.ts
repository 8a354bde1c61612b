import { StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';

/** What is sent piece by piece, so nothing can be said of it before its end. */
export function isStream(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false;
  return (
    hasSource(result) ||
    Symbol.asyncIterator in result ||
    Object.prototype.toString.call(result) === '[object Response]'
  );
}

/** A stream whose source can be watched, and read on when nobody takes what it gives. */
export function hasSource(result: unknown): result is StreamableFile | Readable | ReadableStream {
  return result instanceof StreamableFile || result instanceof Readable || result instanceof ReadableStream;
}
