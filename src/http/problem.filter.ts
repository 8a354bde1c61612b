import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { workOf } from '../credits/index.js';
import { htmlOf, problemPages } from '../problems/problem-pages.js';
import { ProblemException } from '../problems/problem.exception.js';
import { problemOf } from '../problems/problem.js';
import { allowedMethods } from './allowed-methods.js';
import { prefersHtml } from './prefers-html.js';

/** Headers that a handler may have set for a success that did not happen. */
const HEADERS_OF_SUCCESS = [
  'accept-ranges',
  'content-disposition',
  'content-encoding',
  'content-length',
  'content-range',
  'etag',
  'last-modified',
  'x-credits-charged',
];

const OF_PAGES = { 'content-type': 'text/html; charset=utf-8', vary: 'Accept' };

/** Answers every error, including Fastify's own, which Nest passes to its global filters. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    return refuse(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Answers with the problem, once anything still held for the request is released, so that the answer can say so. */
export async function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  reason = 'the request was refused',
): Promise<void> {
  // Nothing else releases it if a guard after the hold refused, or if the time is up.
  const work = workOf(request);
  if (work !== undefined && work.outcome === undefined) await work.release(reason);
  sendProblem(error, request, reply);
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body } = problemOf(wrongMethodOf(error, request, reply) ?? error, request);
  if (status === 500) request.log.error({ err: error }, 'request failed');
  else if (status === 503) request.log.warn({ err: error }, 'request refused');
  if (reply.sent || reply.raw.headersSent) {
    // Half an answer is sent: a broken connection tells the client that it is not whole.
    reply.raw.destroy();
    return;
  }
  for (const name of HEADERS_OF_SUCCESS) reply.removeHeader(name);
  const page = isByHand(request) ? problemPages().get(String(body['type']).split('/').at(-1)!) : undefined;
  if (page !== undefined) {
    void reply
      .status(status)
      .headers({ ...headers, ...OF_PAGES })
      .send(htmlOf(page));
    return;
  }
  void reply.status(status).headers(headers).send(JSON.stringify(body));
}

/** If the address takes other methods, the answer must name them (RFC 9110, 15.5.6). */
function wrongMethodOf(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): ProblemException | undefined {
  if (!request.is404 || !(error instanceof NotFoundException)) return undefined;
  const methods = allowedMethods(request.server, request.url).join(', ');
  if (methods === '') return undefined;
  void reply.header('allow', methods);
  return new ProblemException('method_not_allowed', `This address takes: ${methods}.`);
}

/** True if a person typed the address or followed a link: programs call /api, or do not ask for HTML. */
function isByHand({ method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && !url.startsWith('/api/') && prefersHtml(headers.accept);
}
