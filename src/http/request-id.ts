import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';

const REQUEST_ID = /^[A-Za-z0-9._-]{8,128}$/;

/** The client's own `X-Request-Id` where it is fit for a log, else a new one. */
export function requestIdOf({ headers }: { headers: IncomingHttpHeaders }): string {
  const offered = headers['x-request-id'];
  return typeof offered === 'string' && REQUEST_ID.test(offered) ? offered : randomUUID();
}

/** On the raw response, so that a stream that is written past Fastify carries it too. */
export function nameRequests(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    reply.raw.setHeader('x-request-id', request.id);
    done();
  });
}
