import type { FastifyInstance } from 'fastify';
import { userOf } from '../identity/index.js';
import type { Metrics, RequestFacts } from './metrics.js';

/** One line and one measurement for each request, when its answer is out or its client has left. */
export function logRequests(instance: FastifyInstance, metrics: Metrics): void {
  instance.addHook('onResponse', (request, reply, done) => {
    const facts: RequestFacts = {
      method: request.method,
      // The pattern: an address may carry what does not belong into a log.
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 100) / 100,
      user: userOf(request),
    };
    metrics.observeRequest(facts);
    instance.log.info({ reqId: request.id, ...facts }, 'request');
    done();
  });
}
