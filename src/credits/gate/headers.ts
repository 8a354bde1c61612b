import type { IncomingHttpHeaders } from 'node:http';
import { IdempotencyKeyInvalidError, InvalidCreditsInputError } from '../credits.errors.js';

/**
 * The headers that a page on another origin needs: `exposed` for the `exposedHeaders` of `enableCors`, `allowed` for its
 * `allowedHeaders`.
 */
export const CREDIT_HEADERS = {
  exposed: ['X-Credits-Charged', 'X-Credits-Remaining', 'Idempotent-Replayed', 'Retry-After'],
  allowed: ['Idempotency-Key', 'X-Max-Credits', 'X-Min-Balance-Version'],
};

/** What Express and Fastify requests have in common. */
export interface GatedRequest {
  method: string;
  /** As it came, path and query; both adapters have it, whatever they were mounted under. */
  originalUrl: string;
  headers: IncomingHttpHeaders;
  body?: unknown;
  /** Express requests are Node's own; Fastify keeps it here. */
  raw?: { rawHeaders: string[] };
  rawHeaders?: string[];
}

/**
 * `Idempotency-Key`: 8 to 255 printable ASCII characters, quoted or bare.
 *
 * @throws IdempotencyKeyInvalidError
 */
export function idempotencyKeyOf(request: GatedRequest): string | undefined {
  const value = request.headers['idempotency-key'];
  if (value === undefined) return undefined;
  // Node joins repeated headers into one, so two of them are told apart only in the raw ones.
  const names = (request.raw ?? request).rawHeaders ?? [];
  const times = names.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'idempotency-key',
  ).length;
  if (times > 1) throw new IdempotencyKeyInvalidError('There are two Idempotency-Key headers.');
  const key = String(value).replace(/^"(.*)"$/, '$1');
  if (/^[\x20-\x7e]{8,255}$/.test(key)) return key;
  throw new IdempotencyKeyInvalidError('An Idempotency-Key has 8 to 255 printable ASCII characters.');
}

/**
 * `X-Max-Credits`: the most the client agrees to pay.
 *
 * @throws InvalidCreditsInputError
 */
export function maxCreditsOf({ headers }: GatedRequest): number | undefined {
  const value = headers['x-max-credits'];
  if (value === undefined) return undefined;
  const credits = Number(value);
  if (typeof value === 'string' && /^\d{1,16}$/.test(value) && Number.isSafeInteger(credits)) return credits;
  throw new InvalidCreditsInputError([
    { path: 'X-Max-Credits', message: 'must be a whole number from 0 to 2^53-1' },
  ]);
}
