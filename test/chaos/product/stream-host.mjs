// An application that is not ours and sells streams by the piece: `node stream-host.mjs [CONTROL]`. It counts what it has
// made for each stream, and when its source ended, so that a trial can compare that with what was charged.
import 'reflect-metadata';
import { Controller, Get, Module, Query, Res, Sse, StreamableFile } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Subject, finalize, interval, map, take, takeUntil } from 'rxjs';
import { CreditsModule, CurrentWork, RequireCredits } from '../../../dist/credits/index.js';

const { DATABASE_URL, PIECES, EVERY_MS } = process.env;
const [control] = process.argv.slice(2);
const pieces = Number(PIECES);
const everyMs = Number(EVERY_MS);
const finished = new Subject();
let isFinished = false;
/** By the name that the client gave it: what was made, and when no more was. */
const streams = new Map();

class Streams {
  /** An Observable: the framework ends it when the client leaves. */
  events(work, name) {
    const stream = begun(work, name);
    return interval(everyMs).pipe(
      take(pieces),
      takeUntil(finished),
      map(() => ({ data: made(work, stream) })),
      finalize(() => (stream.endedAt = Date.now())),
    );
  }

  /**
   * A file whose source is an async iterable. It watches the response: a generator that is in the middle of a piece hears of
   * the end of its stream only when it has made that.
   */
  file(work, name, response) {
    const stream = begun(work, name);
    const leaving = new AbortController();
    const source = Readable.from(piecesOf(work, stream, leaving.signal), {
      objectMode: false,
      highWaterMark: 1,
    });
    response.raw.once('close', () => leaving.abort());
    return new StreamableFile(source, { type: 'text/event-stream' });
  }

  /** Whoever is still there has all that there is. */
  finish() {
    isFinished = true;
    finished.next();
    return {};
  }

  report() {
    globalThis.gc();
    return { streams: [...streams.values()], heapBytes: process.memoryUsage().heapUsed };
  }
}

function begun(work, name) {
  const stream = { name, used: 0, endedAt: null };
  streams.set(name, stream);
  work.describe(name);
  return stream;
}

function made(work, stream) {
  stream.used += 1;
  work.use({ piece: stream.used });
  return `piece ${stream.used}`;
}

async function* piecesOf(work, stream, signal) {
  try {
    while (stream.used < pieces && !isFinished) {
      await delay(everyMs, undefined, { signal });
      yield `data: ${made(work, stream)}\n\n`;
    }
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
  } finally {
    stream.endedAt = Date.now();
  }
}

const atMost = () => ({ action: 'stream', atMost: { piece: pieces } });
// The control: who leaves pays nothing.
const onClientLeft = control === undefined ? 'capture' : 'release';
decorate('events', [Sse('events'), RequireCredits(atMost, { onClientLeft })]);
decorate('file', [Get('file'), RequireCredits(atMost, { onClientLeft })]);
decorate('finish', [Get('finish')]);
decorate('report', [Get('report')]);
Controller()(Streams);

const userOf = ({ headers }) => headers['x-user'];
const credits = {
  pool: { connectionString: DATABASE_URL },
  prices: { stream: '1 per 1 piece' },
  userOf,
  holdTtlSeconds: 10,
};
class Host {}
Module({ imports: [CreditsModule.forRoot(credits)], controllers: [Streams] })(Host);
const app = await NestFactory.create(Host, new FastifyAdapter(), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
process.stdout.write(`${await app.getUrl()}/\n`);

function decorate(method, decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(Streams.prototype, method);
  if (method === 'events' || method === 'file') {
    CurrentWork()(Streams.prototype, method, 0);
    Query('name')(Streams.prototype, method, 1);
    if (method === 'file') Res({ passthrough: true })(Streams.prototype, method, 2);
  }
  for (const one of decorators) one(Streams.prototype, method, descriptor);
}
