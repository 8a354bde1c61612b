import type { FastifyInstance } from 'fastify';
import type { Crowd } from './crowd.js';
import { problemOf } from './problem.js';
import { ProblemException } from './problem.exception.js';

/** Who asks how the server is gets an answer above all when it is not well. */
const NEVER_REFUSED = /^\/(health|metrics)\b/;

/** Refuses what could not be answered in time, or at all because this process ends, before anything is done for it. */
export function keepTheDoor(instance: FastifyInstance, crowd: Crowd): void {
  let isClosing = false;
  instance.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  instance.addHook('onRequest', (request, reply, done) => {
    if (NEVER_REFUSED.test(request.url)) return done();
    if (isClosing || !crowd.enter(reply.raw, performance.now())) {
      const refusal = new ProblemException('overloaded', 'Please try again in a moment.');
      const { status, headers, body } = problemOf(refusal, request);
      return void reply.status(status).headers(headers).send(JSON.stringify(body));
    }
    reply.raw.once('close', () => crowd.leave(reply.raw));
    done();
  });
}
