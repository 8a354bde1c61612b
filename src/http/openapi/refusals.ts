import { PROBLEMS, headersOf, type ProblemCode } from '../../problems/problem-codes.js';
import type { AnswerHeader } from '../../routes/headers.js';
import type { RouteTraits } from './route-traits.js';

export interface DescribedRoute {
  method: string;
  path: string;
  traits: RouteTraits;
}

const FILE = ['file_missing', 'malformed_multipart', 'payload_too_large', 'unsupported_media_type'] as const;
const JSON_BODY = [
  'malformed_body',
  'payload_too_large',
  'unsupported_media_type',
  'validation_failed',
] as const;
const KEYED = [
  'idempotency_key_invalid',
  'idempotency_key_reused',
  'idempotency_in_progress',
  'idempotency_key_spent',
] as const;
const PAID = [
  'validation_failed',
  'price_exceeds_max',
  'insufficient_credits',
  'hold_expired',
  'hold_already_resolved',
] as const;

/** A gated route does its work once per idempotency key. */
export function isKeyed({ traits }: DescribedRoute): boolean {
  return traits.isKeyed;
}

/** Every code that this route may answer with. */
export function refusalsOf(route: DescribedRoute): ProblemCode[] {
  const { path, traits } = route;
  const { description } = traits;
  const { takes, query, refusals = [] } = description ?? {};
  const hasParameters = path.includes('{') || query !== undefined;
  const rules: [applies: boolean, codes: readonly ProblemCode[]][] = [
    [true, ['malformed_request', 'headers_too_large', 'internal']],
    [!traits.isPublic, ['unauthenticated', 'credits_unavailable', 'overloaded']],
    [traits.isLimited, ['rate_limited']],
    [traits.isForAdmins, ['forbidden']],
    [hasParameters, ['validation_failed']],
    [path.includes('{'), ['not_found']],
    [takes !== undefined && 'json' in takes, [...JSON_BODY, 'request_timeout']],
    [takes !== undefined && 'file' in takes, [...FILE, 'request_timeout']],
    [isKeyed(route), KEYED],
    [traits.isPaid, PAID],
    [true, refusals],
  ];
  return [...new Set(rules.flatMap(([applies, codes]) => (applies ? codes : [])))];
}

export function byStatus(codes: readonly ProblemCode[]): [status: number, codes: ProblemCode[]][] {
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code][0]))].sort((a, b) => a - b);
  return statuses.map((status) => [status, codes.filter((code) => PROBLEMS[code][0] === status)]);
}

const NAMED: Record<string, AnswerHeader> = {
  'retry-after': 'Retry-After',
  'www-authenticate': 'WWW-Authenticate',
};

export function refusalHeaders(codes: readonly ProblemCode[]): AnswerHeader[] {
  const names = codes.flatMap((code) => Object.keys(headersOf(code)));
  return [...new Set(names)].flatMap((name) => NAMED[name] ?? []);
}
