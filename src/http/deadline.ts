import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemException } from '../problems/problem.exception.js';
import '../routes/may-last.js';
import { refuse } from './problem.filter.js';

/** Longer than all the limits within: lock 1 s, statement 2 s, driver 3 s. */
export const REQUEST_LIMIT_MS = 10_000;

/**
 * Ends a request that has not started to answer within `limitMs`: 408 while its body is incomplete, else 503. Its hold
 * is released first, whatever the handler is stuck on. A response that has started has no limit here.
 * Uploads and exports have limits of their own (receive-file.ts, room.ts): their size decides how long they take.
 *
 * Not Fastify's `handlerTimeout`: that one cuts off an answer under way, too.
 */
export function endOverdueRequests(instance: FastifyInstance, limitMs: number): void {
  instance.decorateReply('deadline', undefined);
  instance.addHook('onRequest', (request, reply, done) => {
    if (!isUpload(request)) {
      reply.deadline = setTimeout(() => void end(request, reply, limitMs), limitMs).unref();
    }
    done();
  });
  instance.addHook('onResponse', (_request, reply, done) => {
    clearTimeout(reply.deadline);
    done();
  });
}

async function end(request: FastifyRequest, reply: FastifyReply, limitMs: number): Promise<void> {
  if (reply.sent || reply.raw.headersSent) return;
  // The rest of its body is not read, so the connection cannot carry another request.
  if (!request.raw.complete) void reply.header('connection', 'close');
  await refuse(overdue(request, limitMs / 1000), request, reply, 'the request took too long');
}

function overdue({ raw }: FastifyRequest, seconds: number): ProblemException {
  return raw.complete
    ? new ProblemException(
        'credits_unavailable',
        `There was no answer within ${seconds} seconds. Please try again, with the same idempotency key.`,
      )
    : new ProblemException('request_timeout', `The request body did not arrive within ${seconds} seconds.`);
}

function isUpload({ headers }: FastifyRequest): boolean {
  return headers['content-type']?.toLowerCase().startsWith('multipart/') === true;
}
