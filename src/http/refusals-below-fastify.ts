import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { problemOf, type ProductProblem, type ProblemRequest } from '../problems/problem.js';
import { ProblemException } from '../problems/problem.exception.js';
import { requestIdOf } from './request-id.js';
import type { ProblemCode } from '../problems/problem-codes.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** Answers an address that the router cannot read: no hook has run and none will. */
export function refuseAddress(error: Error, request: ProblemRequest, reply: { raw: ServerResponse }): void {
  refuseRaw(error, request, reply.raw);
}

/** Answers without Fastify. Returns the status. */
export function refuseRaw(error: Error, request: ProblemRequest, response: ServerResponse): number {
  const { status, headers, body } = problemOf(error, request);
  const text = JSON.stringify(body);
  const own = { 'content-length': Buffer.byteLength(text), 'x-request-id': request.id };
  response.writeHead(status, { ...SECURITY_HEADERS, ...headers, ...own }).end(text);
  return status;
}

const CODE_OF_NODE: Record<string, ProblemCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/**
 * Input that never becomes a request (not HTTP, oversized headers, a body that times out): only the socket can be
 * answered.
 */
export function refuseSocket(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const code = CODE_OF_NODE[error.code ?? ''] ?? 'malformed_request';
  const id = requestIdOf({ headers: {} });
  const problem = problemOf(new ProblemException(code, 'The request could not be read.'), { id, url: '' });
  if (socket.writable) socket.write(messageOf(problem));
  socket.destroySoon();
}

function messageOf({ status, headers, body }: ProductProblem): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    'x-request-id': body.requestId,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`;
}
