import { QueryFailedError } from 'typeorm';
import { ProblemException } from '../problems/problem.exception.js';

export const offerUnknown = () => new ProblemException('offer_unknown', 'No such offer is sold here.');

/**
 * The provider could not be asked: nothing is known, so nothing is said. A `cause` that is a problem already, or the
 * database's failure beside that call, stays what it is.
 */
export function paymentsUnavailable(cause?: unknown): Error {
  if (cause instanceof ProblemException || cause instanceof QueryFailedError) return cause;
  return new ProblemException(
    'payments_unavailable',
    'The payment provider does not answer just now. Please try again in a moment.',
    { retryAfterSeconds: 5 },
    cause,
  );
}

export const notRefundable = (why: string) => new ProblemException('purchase_not_refundable', why);

/** Two subscriptions at once would be paid twice. */
export const planNotOpen = (why: string) => new ProblemException('plan_not_open', why);
