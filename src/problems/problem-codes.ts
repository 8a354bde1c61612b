import { PROBLEMS as CREDIT_PROBLEMS } from '../credits/index.js';

/**
 * Every refusal of this server: the code, its HTTP status and its title. docs/problems.md has a heading for each; a
 * code that is not here does not compile.
 */
export const PROBLEMS = {
  ...CREDIT_PROBLEMS,
  malformed_request: [400, 'The request could not be read'],
  malformed_body: [400, 'The body could not be read'],
  malformed_multipart: [400, 'The multipart body could not be read'],
  file_missing: [400, 'There is no file in the request'],
  method_not_allowed: [405, 'This address takes another method'],
  request_timeout: [408, 'The request took too long to arrive'],
  file_lost: [500, 'The stored file is lost'],
  payload_too_large: [413, 'The body is too large'],
  storage_full: [413, 'There is no room left for what you store'],
  unsupported_media_type: [415, 'This content type is not accepted here'],
  unsupported_file_type: [415, 'This type of file is not accepted here'],
  range_not_satisfiable: [416, 'The file has no such range'],
  file_corrupt: [422, 'The file is damaged'],
  file_too_complex: [422, 'The file is too complex'],
  offer_unknown: [404, 'There is no such offer'],
  plan_not_open: [409, 'This plan cannot be had just now'],
  purchase_not_refundable: [409, 'This money cannot be given back'],
  payments_unavailable: [503, 'The payment provider does not answer'],
  rate_limited: [429, 'Too many requests'],
  headers_too_large: [431, 'The headers are too large'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The default for Retry-After. */
const RETRY_AFTER_SECONDS: Partial<Record<ProblemCode, number>> = {
  idempotency_in_progress: 1,
  rate_limited: 60,
  credits_unavailable: 1,
  overloaded: 1,
  payments_unavailable: 5,
};

/** The headers that a code always has. */
export function headersOf(code: ProblemCode, retryAfterSeconds = RETRY_AFTER_SECONDS[code]) {
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  };
  if (code === 'unauthenticated') headers['www-authenticate'] = 'Bearer';
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  return headers;
}
