import { HttpException } from '@nestjs/common';
import { CreditsError, troubleOf, workOf, type Facts, type Problem } from '../credits/index.js';
import { ProblemException } from './problem.exception.js';
import { PROBLEMS, headersOf, type ProblemCode } from './problem-codes.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Where users get more credits, for the 402. */
    topUpUrl?: string;
    /** What is sold for a shortfall of so many credits, the best fit first. */
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
  /** Only if it differs from the code's status. */
  status?: number;
}

/**
 * An error as the client sees it: the only place where an error becomes an answer. An error that is not known to be
 * meant for the client becomes `internal`, without any detail.
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
  // Listed first for readability and last for precedence: a fact never overrides a standard member.
  const body = { ...standard, ...more, ...standard };
  return { status, headers: headersOf(code, retryAfterSeconds as number | undefined), body };
}

/** How a user with too few credits gets more. */
function wayOutOf(code: ProblemCode, { shortfall }: Facts, { server }: ProblemRequest) {
  if (code !== 'insufficient_credits') return {};
  const offers = server?.offersFor?.(Number(shortfall ?? 0)) ?? [];
  return {
    ...(server?.topUpUrl !== undefined && { topUpUrl: server.topUpUrl }),
    ...(offers.length > 0 && { offers }),
  };
}

/** For failed work: what was charged, which is nothing, and the wallet. */
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
  // Nest wraps Fastify's errors; Fastify's own code tells more than the status.
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

/** Fastify and its plugins name their errors; all the other errors of a body are faults of its form. */
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
      // One sentence for all causes: a client with a wrong token learns nothing from it.
      return { code, detail: 'This needs a valid bearer token.' };
    case 'not_found':
      // Nest quotes the address, and a query may hold secrets.
      return { code, detail: /^(Not Found|Cannot )/.test(detail) ? 'There is nothing here.' : detail };
    default:
      return { code, detail };
  }
}
