import { HttpException } from '@nestjs/common';
import { CreditsOverloadedError, CreditsUnavailableError } from './credits.errors.js';
import { troubleOf } from './ledger/failures.js';

/**
 * What a caller sees of an error: trouble as CreditsUnavailableError or CreditsOverloadedError; a refusal, or a fault
 * of our own, as it is.
 */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof HttpException) return error;
  const trouble = troubleOf(error);
  switch (trouble) {
    case 'credits_unavailable':
      return new CreditsUnavailableError(error);
    case 'overloaded':
      return new CreditsOverloadedError(error);
    case undefined:
      return error;
  }
}
