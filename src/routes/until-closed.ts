import type { FastifyReply } from 'fastify';
import { ProblemException } from '../problems/problem.exception.js';

/** Aborts once nobody waits for the answer: it was sent, or the client left. */
export function untilClosed({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(new ProblemException('overloaded', 'The client went away.'));
  raw.once('close', abort);
  if (raw.destroyed) abort();
  return controller.signal;
}
