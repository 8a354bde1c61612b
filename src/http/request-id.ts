import { trace } from '@opentelemetry/api';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { contextOf } from './trace-requests.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The logger for the lines of one request. */
    logOf(requestId: string): FastifyBaseLogger;
  }
}

const REQUEST_ID = /^[A-Za-z0-9._-]{8,128}$/;

/** The client's `X-Request-Id` if it is fit for a log, else a new one. */
export function requestIdOf({ headers }: { headers: IncomingHttpHeaders }): string {
  const offered = headers['x-request-id'];
  return typeof offered === 'string' && REQUEST_ID.test(offered) ? offered : randomUUID();
}

/** On the raw response, so that a stream written past Fastify has it, too. */
export function nameRequests(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    reply.raw.setHeader('x-request-id', request.id);
    done();
  });
}

/**
 * A paid request is named by the id of its hold: with the one id that a customer reports, one finds the wallet, the
 * ledger entry and the log lines. An id chosen by the client stays, because it is known elsewhere.
 */
export function nameByHold({ id }: { id: string }, request: FastifyRequest, reply: FastifyReply): void {
  if (request.headers['x-request-id'] === request.id) return;
  request.id = id;
  request.log = request.server.logOf(id);
  reply.raw.setHeader('x-request-id', id);
  trace.getSpan(contextOf(request))?.setAttribute('request.id', id);
}
