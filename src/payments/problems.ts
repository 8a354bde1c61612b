import { Logger } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { ProblemException } from '../problems/problem.exception.js';

export const offerUnknown = () => new ProblemException('offer_unknown', 'No such offer is sold here.');

/** Nothing changes before somebody who runs this server has changed something. */
const LATER = { retryAfterSeconds: 3_600 };

/**
 * The provider could not be asked: nothing is known, so nothing is said. A `cause` that is a problem already, or the
 * database's failure beside that call, stays what it is. Why the provider refuses is for operators alone.
 */
export function paymentsUnavailable(cause?: unknown): Error {
  if (cause instanceof ProblemException || cause instanceof QueryFailedError) return cause;
  if (isRefusedForGood(cause)) {
    new Logger('Payments').error(`the provider refuses: ${cause.message}`);
    const detail = 'The payment provider refuses this. Whoever runs this server finds its reason in the log.';
    return new ProblemException('payments_unavailable', detail, LATER, cause);
  }
  return new ProblemException(
    'payments_unavailable',
    'The payment provider does not answer just now. Please try again in a moment.',
    { retryAfterSeconds: 5 },
    cause,
  );
}

/** The provider answered, and would answer the same again: by the HTTP status that the error of its client carries. */
export function isRefusedForGood(cause: unknown): cause is Error {
  if (!(cause instanceof Error) || !('statusCode' in cause)) return false;
  return [400, 401, 403, 404].includes(cause.statusCode as number);
}

/** Nobody can be asked, now or later. */
export const cannotLook = (why: string) => new ProblemException('payments_unavailable', why, LATER);

export const soldElsewhere = (provider: string) =>
  `It was sold through ${provider}, which is not in use here.`;

export const notRefundable = (why: string) => new ProblemException('purchase_not_refundable', why);

/** Two subscriptions at once would be paid twice. */
export const planNotOpen = (why: string) => new ProblemException('plan_not_open', why);
