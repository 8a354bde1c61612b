import { InvalidCreditsInputError } from '../credits.errors.js';

type Headers = Record<string, string | string[] | undefined>;

/**
 * `X-Max-Credits`: the most the client agrees to pay.
 *
 * @throws InvalidCreditsInputError
 */
export function maxCreditsOf(headers: Headers): number | undefined {
  const value = headers['x-max-credits'];
  if (value === undefined) return undefined;
  const credits = Number(value);
  if (typeof value === 'string' && /^\d{1,16}$/.test(value) && Number.isSafeInteger(credits)) return credits;
  throw new InvalidCreditsInputError([
    { path: 'X-Max-Credits', message: 'must be a whole number from 0 to 2^53-1' },
  ]);
}
