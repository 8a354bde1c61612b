import type { FastifyInstance } from 'fastify';
import { askFirst } from './ask-first.js';
import type { Crowd } from './crowd.js';
import { ProblemException } from '../problems/problem.exception.js';
import { refuseRaw } from './refusals-below-fastify.js';
import { requestIdOf } from './request-id.js';
import { toHundredths, type RequestRecorder } from './request-log.js';

/** Probes and scrapers must be answered, above all when the server is not well. */
const NEVER_REFUSED = /^\/(health|metrics)\b/;

/**
 * Refuses a request that could not be answered in time, or not at all because this process is ending, before anything
 * is done for it. Not even Fastify sees it: only a refusal that costs next to nothing stops a flood.
 */
export function keepTheDoor(instance: FastifyInstance, crowd: Crowd, record: RequestRecorder): void {
  let isClosing = false;
  instance.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  askFirst(instance.server, (request, response) => {
    const { method = '', url = '' } = request;
    if (NEVER_REFUSED.test(url)) return false;
    const nowMs = performance.now();
    const visit = isClosing ? undefined : crowd.enter(response, nowMs);
    if (visit !== undefined) {
      response.once('close', () => crowd.leave(visit));
      return false;
    }
    const id = requestIdOf(request);
    const refusal = new ProblemException('overloaded', 'Please try again in a moment.');
    const status = refuseRaw(refusal, { id, url }, response);
    const ms = toHundredths(performance.now() - nowMs);
    record(id, 'info', { method, route: undefined, status, ms, user: undefined });
    return true;
  });
}
