import {
  HttpException,
  NotFoundException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { QueryRunnerProviderAlreadyReleasedError } from 'typeorm/error/QueryRunnerProviderAlreadyReleasedError.js';
import {
  CreditsOverloadedError,
  CreditsUnavailableError,
  IdempotencyInProgressError,
  InsufficientCreditsError,
  PriceExceedsMaxError,
  UnpricedActionError,
} from '../../src/credits/index.js';
import { problemOf } from '../../src/problems/problem.js';
import { ProblemException } from '../../src/problems/problem.exception.js';
import { PROBLEMS, type ProblemCode } from '../../src/problems/problem-codes.js';

const request = {
  id: 'request-1',
  url: '/api/things?token=secret',
  server: { topUpUrl: 'https://shop.example' },
};
const shortage = {
  action: 'premium_export',
  required: 15,
  available: 5,
  held: 2,
  owed: 0,
  balanceVersion: 9,
  nextRefill: null,
  holds: [{ id: 'hold-1', action: 'audio_upload', amount: 2, expiresAt: '2026-11-27T10:00:00.000Z' }],
};
const coded = (message: string, code: string) => Object.assign(new Error(message), { code });
const fastify = (code: string, statusCode: number) => Object.assign(coded(code, code), { statusCode });
const sqlState = (code: string) =>
  new QueryFailedError('SELECT secret', ['alice'], coded('relation "vault"', code));

const known: [name: string, error: unknown, status: number, code: ProblemCode, headers?: object][] = [
  ['a refusal of the credit system', new InsufficientCreditsError(shortage), 402, 'insufficient_credits'],
  [
    'a refusal that knows when to come back',
    new IdempotencyInProgressError(7),
    409,
    'idempotency_in_progress',
    { 'retry-after': '7' },
  ],
  [
    'a price above the limit',
    new PriceExceedsMaxError({ required: 9, maxCredits: 1, priceVersion: 'x' }),
    409,
    'price_exceeds_max',
  ],
  ['credits out of reach', new CreditsUnavailableError(), 503, 'credits_unavailable', { 'retry-after': '1' }],
  ['too much at once', new CreditsOverloadedError(), 503, 'overloaded', { 'retry-after': '1' }],
  ['an action without a price', new UnpricedActionError('x'), 500, 'internal'],
  ['a refusal of a feature', new ProblemException('file_corrupt', 'It ends too early.'), 422, 'file_corrupt'],
  [
    'nobody signed in',
    new UnauthorizedException('jwt expired'),
    401,
    'unauthenticated',
    { 'www-authenticate': 'Bearer' },
  ],
  ['a missing thing', new NotFoundException(), 404, 'not_found'],
  ['a range outside the file', new HttpException('Range Not Satisfiable', 416), 416, 'range_not_satisfiable'],
  ['a service that is away', new ServiceUnavailableException(), 503, 'overloaded', { 'retry-after': '1' }],
  ['a status without a code', new HttpException('Precondition Required', 428), 428, 'malformed_request'],
  ['a gateway’s status', new HttpException('secret', 502), 500, 'internal'],
  ['a body too large for Fastify', fastify('FST_ERR_CTP_BODY_TOO_LARGE', 413), 413, 'payload_too_large'],
  [
    'the same, wrapped by Nest',
    new HttpException('x', 413, { cause: fastify('FST_ERR_CTP_BODY_TOO_LARGE', 413) }),
    413,
    'payload_too_large',
  ],
  ['too many multipart parts', fastify('FST_PARTS_LIMIT', 413), 400, 'malformed_multipart'],
  ['no multipart at all', fastify('FST_INVALID_MULTIPART_CONTENT_TYPE', 406), 415, 'unsupported_media_type'],
  ['a fault of Fastify’s own', fastify('FST_ERR_SEND_UNDEFINED_ERR', 500), 500, 'internal'],
  [
    'a refused connection',
    coded('connect ECONNREFUSED 10.0.0.1', 'ECONNREFUSED'),
    503,
    'credits_unavailable',
  ],
  ['a statement that took too long', sqlState('57014'), 503, 'credits_unavailable'],
  ['a server that shuts down', sqlState('57P01'), 503, 'credits_unavailable'],
  ['a lock that did not come', sqlState('55P03'), 503, 'credits_unavailable'],
  ['a full disk of the server', sqlState('53100'), 503, 'credits_unavailable'],
  [
    'no free connection',
    new Error('timeout exceeded when trying to connect'),
    503,
    'credits_unavailable',
    { 'retry-after': '1' },
  ],
  ['a server that takes no writes', sqlState('25006'), 503, 'credits_unavailable'],
  ['a deadlock', sqlState('40P01'), 503, 'credits_unavailable'],
  ['a transaction that was open for too long', sqlState('25P03'), 503, 'credits_unavailable'],
  ['a password that was changed', sqlState('28P01'), 503, 'credits_unavailable'],
  [
    'a goodbye of the server with a code of its own',
    Object.assign(coded('goodbye secret', '42501'), { severity: 'FATAL' }),
    503,
    'credits_unavailable',
  ],
  ['a transaction without its connection', new QueryRunnerAlreadyReleasedError(), 503, 'credits_unavailable'],
  [
    'the same, before its next statement',
    new QueryRunnerProviderAlreadyReleasedError(),
    503,
    'credits_unavailable',
  ],
  [
    'a driver’s error that is wrapped twice',
    new Error('x', { cause: new QueryFailedError('SELECT secret', [], new Error('Connection terminated')) }),
    503,
    'credits_unavailable',
  ],
  [
    'two addresses that refuse',
    Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }),
    503,
    'credits_unavailable',
  ],
  ['a full disk here', coded('ENOSPC: no space left on device', 'ENOSPC'), 503, 'overloaded'],
  ['a cause underneath', new Error('x', { cause: coded('y', 'ECONNRESET') }), 503, 'credits_unavailable'],
  ['a wrong statement', sqlState('42P01'), 500, 'internal'],
  ['a constraint', sqlState('23514'), 500, 'internal'],
  ['a column that is gone', sqlState('42703'), 500, 'internal'],
  ['a value that does not fit', sqlState('22003'), 500, 'internal'],
  ['a right that is missing', sqlState('42501'), 500, 'internal'],
  ['a statement in a transaction that failed before', sqlState('25P02'), 500, 'internal'],
  ['a bug', new TypeError('x is not a function'), 500, 'internal'],
  ['a thrown text', 'secret', 500, 'internal'],
  ['nothing', undefined, 500, 'internal'],
  ['null', null, 500, 'internal'],
];

describe('an answer about what went wrong', () => {
  test.each(known.map((row) => [row[0], row] as const))(
    'names it: %s',
    (_name, [, error, status, code, headers = {}]) => {
      const problem = problemOf(error, request);
      expect([problem.status, problem.body.status, problem.body.code]).toEqual([status, status, code]);
      expect(problem.body).toMatchObject({
        type: `/problems/${code.replaceAll('_', '-')}`,
        title: PROBLEMS[code][1],
        instance: '/api/things',
        requestId: 'request-1',
      });
      expect(problem.headers).toMatchObject({ 'content-type': 'application/problem+json', ...headers });
      expect(JSON.stringify(problem)).not.toMatch(/secret|vault|alice|10\.0\.0\.1|at \w+ \(|jwt expired/);
    },
  );

  test('carries the facts of the refusal, and no seconds that belong into a header', () => {
    const { body } = problemOf(new InsufficientCreditsError(shortage), request);
    expect(body).toMatchObject({ ...shortage, shortfall: 10, topUpUrl: 'https://shop.example' });
    expect(
      problemOf(new InsufficientCreditsError(shortage), { ...request, server: {} }).body,
    ).not.toHaveProperty('topUpUrl');
    expect(problemOf(new CreditsUnavailableError(), request).body).not.toHaveProperty('retryAfterSeconds');
  });

  test('cannot be made to say something else than it is by the facts', () => {
    const facts = { status: 200, code: 'fine', type: 'x', requestId: 'other' };
    const { status, body } = problemOf(new ProblemException('file_missing', 'No file.', facts), request);
    expect([status, body.status, body.code, body.requestId]).toEqual([400, 400, 'file_missing', 'request-1']);
  });

  test('knows the words of the driver it has to recognise', () => {
    // They come without a code; an upgrade that changes them must not turn 503 into 500.
    const sources = ['pg/lib/client.js', 'pg-pool/index.js'].map((file) =>
      readFileSync(`node_modules/${file}`, 'utf8'),
    );
    for (const words of [
      'Query read timeout',
      'Connection terminated',
      'Client has encountered a connection error',
      'Client was closed',
      'timeout exceeded when trying to connect',
    ]) {
      expect(sources.some((source) => source.includes(words))).toBe(true);
    }
  });

  test('leads by its type to a heading that says what to do', () => {
    const headings = [...readFileSync('docs/problems.md', 'utf8').matchAll(/^## (\w+)$/gm)].map(
      ([, code]) => code,
    );
    expect(headings.sort()).toEqual(Object.keys(PROBLEMS).sort());
  });
});
