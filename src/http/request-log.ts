import { context } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { userOf } from '../identity/index.js';
import { contextOf } from './trace-requests.js';
import type { Metrics, RequestFacts } from '../watch/metrics.js';

export type RequestRecorder = (requestId: string, level: 'debug' | 'info', facts: RequestFacts) => void;

/** One line and one measurement for each request. */
export function requestRecorder(logger: Logger, metrics: Metrics): RequestRecorder {
  // No redaction: secrets cannot be in these lines, and looking for them takes longer than writing the line.
  const log = logger.child({}, { redact: [] });
  return (reqId, level, facts) => {
    metrics.observeRequest(facts);
    if (log.isLevelEnabled(level)) log[level]({ reqId, ...facts }, 'request');
  };
}

/** For a client that left before its answer began, as in nginx. */
const CLIENT_LEFT = 499;

/** Once its answer is sent or its client has left. */
export function logRequests(instance: FastifyInstance, record: RequestRecorder): void {
  instance.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => {
      const user = userOf(request);
      const facts = {
        method: request.method,
        // The pattern, because an address may hold what does not belong in a log.
        route: request.routeOptions.url,
        status: reply.raw.headersSent ? reply.statusCode : CLIENT_LEFT,
        ms: toHundredths(reply.elapsedTime),
        user,
        // The caller that the rate limit counts.
        ...(user === undefined && { address: request.ip }),
      };
      context.with(contextOf(request), () => record(request.id, 'info', facts));
    });
    done();
  });
}

export function toHundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}
