import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pipeline, Transform, type Readable } from 'node:stream';
import { isKnown } from '../routes/conditional.js';
import { harmless } from '../routes/harmless.js';
import { mayLast } from '../routes/may-last.js';
import { turnOf } from '../routes/turn-of.js';
import { ProblemException } from '../problems/problem.exception.js';
import { problemOf } from '../problems/problem.js';
import type { Range } from './file-place.js';
import { printableName } from './safe-name.js';

/** A stored file on its way to its owner. */
export interface SentFile {
  bytes: number;
  sha256: string;
  /** What the owner called it. */
  filename: string;
  type: string;
  open(range?: Range): Promise<Readable>;
}

/** Answers with the file, or with the one range of it that was asked for. A stored file never changes. */
export async function sendFile(request: FastifyRequest, reply: FastifyReply, file: SentFile): Promise<void> {
  const { 'if-range': ifRange } = request.headers;
  // RFC 9110, 14.2: ranges are defined for GET, so HEAD is answered for the whole file.
  const wanted = request.method === 'GET' ? request.headers.range : undefined;
  const etag = `"${file.sha256}"`;
  void reply.headers({ etag, 'cache-control': 'private, no-cache', vary: 'Authorization' });
  if (isKnown(request.headers, etag)) return void reply.status(304).send();
  void reply.header('accept-ranges', 'bytes');
  const range = ifRange === undefined || ifRange === etag ? rangeOf(wanted, file.bytes) : undefined;
  if (range === null) return refuseRange(request, reply, file.bytes);
  // Behind a long download it may wait for long, and holds no file meanwhile.
  mayLast(reply);
  if (!(await turnOf(reply.raw))) return;
  // A file that is not there must be known before the first header says that it is.
  const bytes = range === undefined ? file.bytes : range.end - range.start + 1;
  const stream = wholeOrFailed(await file.open(range), bytes);
  if (range !== undefined) {
    void reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`);
  }
  void reply
    .headers({
      'content-type': file.type,
      'content-length': bytes,
      'content-disposition': attachment(file.filename),
    })
    .send(stream);
}

/** Of one that is shorter than was said, its reader would wait for the rest for ever. */
function wholeOrFailed(stream: Readable, bytes: number): Readable {
  let sent = 0;
  const meter = new Transform({
    transform(piece: Buffer, _encoding, done) {
      sent += piece.length;
      done(sent > bytes ? new Error('the stored file is longer than its row says') : null, piece);
    },
    flush(done) {
      done(sent < bytes ? new Error('the stored file is shorter than its row says') : null);
    },
  });
  // Whoever reads the meter hears of a failure from it.
  return harmless(pipeline(stream, meter, () => undefined));
}

/**
 * The range a header asks for. Undefined is the whole file: without a header, and where it is not understood or asks
 * for several ranges, which a server may ignore. Null: there is nothing in that range.
 */
function rangeOf(header: string | undefined, bytes: number): Range | null | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '')
    return Number(last) === 0 ? null : { start: Math.max(0, bytes - Number(last)), end: bytes - 1 };
  const start = Number(first);
  const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start < bytes ? { start, end } : null;
}

/** The one refusal that has to say how long the file is. */
function refuseRange(request: FastifyRequest, reply: FastifyReply, bytes: number): void {
  const refusal = new ProblemException('range_not_satisfiable', `The file has ${bytes} bytes.`);
  const { status, headers, body } = problemOf(refusal, request);
  void reply
    .status(status)
    .headers({ ...headers, 'content-range': `bytes */${bytes}` })
    .send(JSON.stringify(body));
}

/** RFC 6266: the name as it is for a client that understands it, and in ASCII for one that does not. */
function attachment(name: string): string {
  const filename = printableName(name) || 'untitled';
  return contentDisposition(filename, { fallback: filename.replace(/[^\x20-\x7e]|["\\%]/g, '_') });
}
