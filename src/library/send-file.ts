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
  /** The owner's name for it. */
  filename: string;
  type: string;
  open(range?: Range): Promise<Readable>;
}

/** Send the file, or the one range of it that was asked for. A stored file never changes. */
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
  // It may wait long behind another download, and must hold no open file meanwhile.
  mayLast(reply);
  if (!(await turnOf(reply.raw))) return;
  // A missing file must be noticed before the headers promise it.
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

/** If the file were shorter than announced, the client would wait for the rest for ever. */
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
  // The reader of the meter learns of a failure from it.
  return harmless(pipeline(stream, meter, () => undefined));
}

/**
 * The range that a header asks for. Undefined means the whole file: there is no header, or it cannot be understood or
 * asks for several ranges, which a server may ignore. Null: the file has nothing in that range.
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

/** The one refusal that must tell the file's length. */
function refuseRange(request: FastifyRequest, reply: FastifyReply, bytes: number): void {
  const refusal = new ProblemException('range_not_satisfiable', `The file has ${bytes} bytes.`);
  const { status, headers, body } = problemOf(refusal, request);
  void reply
    .status(status)
    .headers({ ...headers, 'content-range': `bytes */${bytes}` })
    .send(JSON.stringify(body));
}

/** RFC 6266: the exact name for clients that understand it, and one in ASCII for the others. */
function attachment(name: string): string {
  const filename = printableName(name) || 'untitled';
  return contentDisposition(filename, { fallback: filename.replace(/[^\x20-\x7e]|["\\%]/g, '_') });
}
