import { HttpException } from '@nestjs/common';
import { CreditsError, troubleOf, workOf, type Facts, type Problem } from '../credits/index.js';
import { ProblemException } from './problem.exception.js';
import { PROBLEMS, headersOf, type ProblemCode } from './problem-codes.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Where users get more credits, for those who have too few. */
    topUpUrl?: string;
    /** What is sold, for those who miss so many credits: the best fit first. */
    offersFor?: (shortfall: number) => object[];
  }
}

/** An answer in the form of RFC 9457. */
export interface ProductProblem extends Problem {
  body: Record<string, unknown> & { code: ProblemCode; status: number; requestId: string };
}

export interface ProblemRequest {
  id: string;
  url: string;
  server?: { topUpUrl?: string; offersFor?: (shortfall: number) => object[] };
}

interface Refusal {
  code: ProblemCode;
  detail: string;
  facts?: Facts;
  /** Where it is not the one of the code. */
  status?: number;
}

/**
 * Whatever went wrong, as the client sees it: the only place where an error becomes an answer. What is not known
 * to be meant for the client becomes `internal`, without a word of it.
 */
export function problemOf(error: unknown, request: ProblemRequest): ProductProblem {
  const { code, detail, facts = {}, status = PROBLEMS[code][0] } = refusalOf(error);
  const { retryAfterSeconds, ...members } = facts;
  const standard = {
    type: `/problems/${code.replaceAll('_', '-')}`,
    title: PROBLEMS[code][1],
    status,
    detail,
    instance: request.url.split('?', 1)[0],
    code,
    requestId: request.id,
  };
  const more = { ...members, ...wayOutOf(code, facts, request), ...creditsOf(request) };
  // First for the eye, last for the value: a fact never takes the place of a standard member.
  const body = { ...standard, ...more, ...standard };
  return { status, headers: headersOf(code, retryAfterSeconds as number | undefined), body };
}

/** Where and how somebody who has too few credits gets more. */
function wayOutOf(code: ProblemCode, { shortfall }: Facts, { server }: ProblemRequest) {
  if (code !== 'insufficient_credits') return {};
  const offers = server?.offersFor?.(Number(shortfall ?? 0)) ?? [];
  return {
    ...(server?.topUpUrl !== undefined && { topUpUrl: server.topUpUrl }),
    ...(offers.length > 0 && { offers }),
  };
}

/** Work that failed says so: what it was charged, which is nothing, and what the wallet has. */
function creditsOf(request: ProblemRequest) {
  const outcome = workOf(request)?.outcome;
  if (outcome === undefined) return {};
  const { entryId, ...credits } = outcome;
  return { credits: entryId === null ? credits : outcome };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof CreditsError || error instanceof ProblemException) {
    const { code, message, facts } = error;
    return code === 'internal' ? internal : { code, detail: message, facts };
  }
  // Nest wraps what Fastify refuses; Fastify's own code says more than the status.
  const refusedByFastify = fastifyRefusalOf(error) ?? fastifyRefusalOf((error as Error | undefined)?.cause);
  if (refusedByFastify !== undefined) return refusedByFastify;
  if (error instanceof HttpException) return httpRefusalOf(error);
  const trouble = troubleOf(error);
  return trouble === undefined ? internal : { code: trouble, detail: 'Please try again in a moment.' };
}

const internal: Refusal = { code: 'internal', detail: 'Something went wrong on our side.' };

const FASTIFY_REFUSALS: Record<string, Refusal> = {
  FST_ERR_BAD_URL: { code: 'malformed_request', detail: 'The address is not well-formed.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'malformed_request', detail: 'A part of the address is too long.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'payload_too_large', detail: 'The body is larger than allowed here.' },
  FST_REQ_FILE_TOO_LARGE: { code: 'payload_too_large', detail: 'The file is larger than allowed here.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', detail: 'Send application/json.' },
  FST_INVALID_MULTIPART_CONTENT_TYPE: {
    code: 'unsupported_media_type',
    detail: 'Send multipart/form-data.',
  },
};

/** Fastify and its plugins name their errors; the remaining ones of a body are all faults in its form. */
function fastifyRefusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code !== 'string' || !code.startsWith('FST_') || Number(statusCode) >= 500) return undefined;
  const known = FASTIFY_REFUSALS[code];
  if (known !== undefined) return known;
  return code.startsWith('FST_ERR_')
    ? { code: 'malformed_body', detail: 'The body could not be read.' }
    : { code: 'malformed_multipart', detail: 'The multipart/form-data body is incomplete.' };
}

const CODE_OF_STATUS: Record<number, ProblemCode> = {
  400: 'validation_failed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  408: 'request_timeout',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  416: 'range_not_satisfiable',
  429: 'rate_limited',
  503: 'overloaded',
};

function httpRefusalOf(error: HttpException): Refusal {
  const status = error.getStatus();
  const detail = error.message;
  const code = CODE_OF_STATUS[status];
  if (code === undefined) return status < 500 ? { code: 'malformed_request', detail, status } : internal;
  switch (code) {
    case 'validation_failed':
      return { code, detail, facts: { errors: [{ path: '', message: detail }] } };
    case 'unauthenticated':
      // One sentence for all causes: the client that sent a wrong token learns nothing from it.
      return { code, detail: 'This needs a valid bearer token.' };
    case 'not_found':
      // Nest quotes the address, and a query may hold what nobody else should see.
      return { code, detail: /^(Not Found|Cannot )/.test(detail) ? 'There is nothing here.' : detail };
    default:
      return { code, detail };
  }
}
