import type { FastifyReply } from 'fastify';
import { ProblemException } from '../problems/problem.exception.js';

/** Aborts when nobody waits for the answer any more: it was given, or the client went away. */
export function untilClosed({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(new ProblemException('overloaded', 'The client went away.'));
  raw.once('close', abort);
  if (raw.destroyed) abort();
  return controller.signal;
}
