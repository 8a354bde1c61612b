import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { userOf } from '../identity/index.js';
import type { Metrics, RequestFacts } from './metrics.js';

export type RequestRecorder = (requestId: string, level: 'debug' | 'info', facts: RequestFacts) => void;

/** One line and one measurement for each request. */
export function requestRecorder(logger: Logger, metrics: Metrics): RequestRecorder {
  // What is kept out of other lines cannot be in these, and looking for it takes longer than writing the line.
  const log = logger.child({}, { redact: [] });
  return (reqId, level, facts) => {
    metrics.observeRequest(facts);
    if (log.isLevelEnabled(level)) log[level]({ reqId, ...facts }, 'request');
  };
}

/** When its answer is out or its client has left. */
export function logRequests(instance: FastifyInstance, record: RequestRecorder): void {
  instance.addHook('onResponse', (request, reply, done) => {
    record(request.id, 'info', {
      method: request.method,
      // The pattern: an address may carry what does not belong into a log.
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: toHundredths(reply.elapsedTime),
      user: userOf(request),
    });
    done();
  });
}

export function toHundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}
