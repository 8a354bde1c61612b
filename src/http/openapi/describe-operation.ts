import { PROBLEMS } from '../../problems/problem-codes.js';
import {
  ANSWER_HEADERS,
  REQUEST_HEADERS,
  type AnswerHeader,
  type RequestHeader,
} from '../../routes/headers.js';
import { PATH_PARAMETERS } from '../../routes/parameters.js';
import type { DescribedAnswer, RouteDescription } from '../../routes/route-description.js';
import { problemWith } from './problem-examples.js';
import { byStatus, isKeyed, refusalHeaders, refusalsOf, type DescribedRoute } from './refusals.js';
import type { Shape } from '../../routes/schema.js';

const LIMITS: readonly AnswerHeader[] = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'];

/** The operation object of OpenAPI 3.1 for a route: what its description says, and what follows from what it is. */
export function describeOperation(route: DescribedRoute): Record<string, unknown> {
  const { traits } = route;
  const { description } = traits;
  return {
    operationId: operationIdOf(route),
    ...(description !== undefined && {
      tags: [description.tag.name],
      summary: description.summary,
      description: description.description,
      ...(description.takes !== undefined && { requestBody: requestBodyOf(description.takes) }),
    }),
    parameters: parametersOf(route),
    responses: { ...successesOf(route), ...refusedAnswersOf(route) },
    security: traits.isPublic ? [] : [{ bearer: [] }],
  };
}

/** `GET /api/audio/{id}/file` is `getAudioIdFile`. */
function operationIdOf({ method, path }: DescribedRoute): string {
  const words = path.replace(/^\/api\//, '/').match(/\w+/g) ?? [];
  return method.toLowerCase() + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

function parametersOf(route: DescribedRoute): object[] {
  const { path, traits } = route;
  const { description } = traits;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const headers: RequestHeader[] = [
    ...(isKeyed(route) ? (['Idempotency-Key'] as const) : []),
    ...(traits.isPaid ? (['X-Max-Credits'] as const) : []),
    ...(description?.headers ?? []),
  ];
  return [
    ...inPath.map((name) => ({
      name,
      in: 'path',
      required: true,
      ...(description?.path?.[name] ?? PATH_PARAMETERS[name]),
    })),
    ...Object.entries(description?.query ?? {}).map(([name, parameter]) => ({
      name,
      in: 'query',
      ...parameter,
    })),
    ...headers.map((name) => ({ name, in: 'header', ...REQUEST_HEADERS[name] })),
  ];
}

function requestBodyOf(takes: NonNullable<RouteDescription['takes']>): object {
  if ('json' in takes) return { required: true, content: { 'application/json': jsonOf(takes.json) } };
  const file = { type: 'string', contentMediaType: 'application/octet-stream', description: takes.file };
  const schema = { type: 'object', properties: { file }, required: ['file'] };
  return {
    required: true,
    content: { 'multipart/form-data': { schema, example: { file: '(the bytes of the file)' } } },
  };
}

function jsonOf({ name, schema }: Shape): object {
  return { schema: { $ref: `#/components/schemas/${name}` }, example: schema.examples[0] };
}

function successesOf(route: DescribedRoute): Record<string, object> {
  const { traits } = route;
  const { description } = traits;
  const headers: AnswerHeader[] = [
    'X-Request-Id',
    ...(traits.isLimited ? LIMITS : []),
    ...(traits.isPaid ? (['X-Credits-Charged', 'X-Credits-Remaining'] as const) : []),
    ...(isKeyed(route) ? (['Idempotent-Replayed'] as const) : []),
  ];
  const answers = Object.entries(description?.answers ?? {});
  return Object.fromEntries(answers.map(([status, answer]) => [status, successOf(answer, headers)]));
}

function successOf(
  { description, json, other = {}, headers = [] }: DescribedAnswer,
  common: AnswerHeader[],
): object {
  const content = {
    ...(json !== undefined && { 'application/json': jsonOf(json) }),
    ...Object.fromEntries(
      Object.entries(other).map(([type, example]) => [
        type,
        { schema: { type: 'string' }, example: example ?? '(the bytes of the file)' },
      ]),
    ),
  };
  return {
    description,
    headers: headersNamed([...common, ...headers]),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

function refusedAnswersOf(route: DescribedRoute): Record<string, object> {
  return Object.fromEntries(
    byStatus(refusalsOf(route)).map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}.`).join(' '),
        headers: headersNamed(['X-Request-Id', ...refusalHeaders(codes)]),
        content: {
          'application/problem+json': {
            schema: problemWith(codes),
            examples: Object.fromEntries(
              codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
            ),
          },
        },
      },
    ]),
  );
}

function headersNamed(names: readonly AnswerHeader[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, ANSWER_HEADERS[name]]));
}
