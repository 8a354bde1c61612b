import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { routesOf } from '../../src/http/route-list.js';
import { PROBLEMS } from '../../src/problems/problem-codes.js';
import { Described } from './described.js';
import { handlersOf } from './handlers.js';
import { openProduct, type Product } from './product.js';

let product: Product;
let described: Described;

beforeAll(async () => {
  product = await openProduct({
    LOG_LEVEL: 'error',
    RATE_LIMIT_PER_MINUTE: '1000',
    CREDIT_SIGNUP_GRANT: '30',
  });
  described = await Described.by(product);
});
afterAll(() => product.close());

/** The page, its files and the description itself are for browsers. */
const NOT_OF_THE_API =
  /^\/$|^\/((openapi|page)\.json|docs(\/.*)?|assets\/.*|samples\/.*|[\w.-]+\.(js|css|svg|html|ico|txt|map|woff2))$/;

describe('the description of the API', () => {
  test('is OpenAPI 3.1', async () => {
    expect(described.document.openapi).toBe('3.1.0');
    const { valid, errors } = await new Validator().validate(described.document);
    expect([valid, errors]).toEqual([true, undefined]);
  });

  test('has each route of the running server: what it is for, examples of all it takes and answers, and its refusals', () => {
    const routes = routesOfTheServer().filter((route) => !NOT_OF_THE_API.test(route.split(' ')[1]!));
    expect(routes.length).toBeGreaterThan(15);
    const faults = routes.flatMap((route) => {
      const operation = described.operationOf(route);
      return faultsOfOperation(operation).map((fault) => `${route}: ${fault}`);
    });
    expect(faults).toEqual([]);
  });

  test('has no route that the running server does not have', () => {
    const routes = routesOfTheServer();
    expect(described.operations.map(([route]) => route).filter((route) => !routes.includes(route))).toEqual(
      [],
    );
  });

  test('begins with what users want, and ends with a second address of the same', () => {
    const paths = Object.keys(described.document.paths as object);
    expect([paths.indexOf('/api/credits') < paths.indexOf('/api/credits/stream'), paths.at(-1)]).toEqual([
      true,
      '/api/auth/credits',
    ]);
    expect(described.operationOf('GET /api/auth/credits')).toMatchObject({
      summary: 'The same as /api/credits',
    });
    const tags = (described.document.tags as { name: string }[]).map(({ name }) => name);
    expect(tags.slice(-3)).toEqual(['Purchases', 'Admin', 'Operation']);
  });

  test('names no operation twice', () => {
    const ids = described.operations.map(([, { operationId }]) => operationId as string);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('gives examples that fit their schemas', () => {
    const faults = described.operations.flatMap(([route, operation]) =>
      mediaOf(operation).flatMap(({ schema, example, examples }) => {
        const values =
          example === undefined ? Object.keys(examples as object).map(exampleNamed) : [example as unknown];
        return values.flatMap((value) =>
          described.faultsOf(schema, value).map((fault) => `${route}: ${fault}`),
        );
      }),
    );
    expect(faults).toEqual([]);
    const named = Object.entries(
      described.document.components.schemas as Record<string, { examples: unknown[] }>,
    );
    for (const [name, schema] of named) {
      expect([name, described.faultsOf(schema, schema.examples[0])]).toEqual([name, []]);
    }
  });

  test('has an example and a page for each code there is', () => {
    expect(Object.keys(described.document.components.examples as object).sort()).toEqual(
      Object.keys(PROBLEMS).sort(),
    );
  });

  test('has the parameters and members that its handlers take, and no others', () => {
    const faults: string[] = [];
    for (const { route, queries, bodies } of handlersOf(
      product.app,
      (route) => described.operationOf(route) !== undefined,
    )) {
      const operation = described.operationOf(route);
      const parameters = (operation.parameters as { in: string; name: string }[])
        .filter((parameter) => parameter.in === 'query')
        .map(({ name }) => name);
      const body = operation.requestBody?.content['application/json'];
      const members =
        body === undefined ? [] : Object.keys(schemaNamed(body.schema.$ref as string).properties);
      if (String(parameters.sort()) !== String(queries.sort())) faults.push(`${route}: ?${String(queries)}`);
      if (String(members.sort()) !== String(bodies.sort())) faults.push(`${route}: {${String(bodies)}}`);
    }
    expect(faults).toEqual([]);
  });

  test('says who may: nobody signed in, everybody, administrators', () => {
    const operation = (route: string) => described.operationOf(route);
    expect(operation('GET /api/credits/prices').security).toEqual([]);
    expect(Object.keys(operation('GET /api/credits/prices').responses as object)).not.toContain('401');
    expect(operation('GET /api/credits').security).toEqual([{ bearer: [] }]);
    const paid = codesOf(operation('POST /api/upload/txt'));
    expect(paid).toEqual(
      expect.arrayContaining([
        'insufficient_credits',
        'idempotency_key_reused',
        'file_missing',
        'overloaded',
      ]),
    );
    expect(codesOf(operation('GET /api/documents'))).not.toContain('insufficient_credits');
  });
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Part = any;

function routesOfTheServer(): string[] {
  return routesOf(product.app.getHttpAdapter().getInstance())
    .filter(({ method }) => !['HEAD', 'OPTIONS'].includes(method))
    .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
}

function faultsOfOperation(operation: Part): string[] {
  if (operation === undefined) return ['is not described'];
  const { summary, description, tags, parameters, responses } = operation;
  const faults = Object.entries({ summary, description, tags }).flatMap(([name, value]) =>
    value === undefined ? [`has no ${name}`] : [],
  );
  const statuses = Object.keys(responses as object).map(Number);
  if (!statuses.some((status) => status < 300)) faults.push('has no success');
  if (!statuses.includes(500)) faults.push('has no refusals');
  for (const { name, example, description: about, schema } of parameters) {
    if ([example, about, schema].includes(undefined)) faults.push(`says too little of ${name}`);
  }
  for (const { schema, example, examples } of mediaOf(operation)) {
    if (schema === undefined) faults.push('has a body without a schema');
    if (example === undefined && examples === undefined) faults.push('has a body without an example');
  }
  return faults;
}

function mediaOf({ requestBody, responses }: Part): Part[] {
  return [requestBody, ...Object.values(responses as object)].flatMap((one: Part) =>
    Object.values((one?.content ?? {}) as object),
  );
}

const exampleNamed = (code: string): unknown => described.document.components.examples[code].value;
const schemaNamed = (ref: string): Part => described.document.components.schemas[ref.split('/').at(-1)!];
const codesOf = ({ responses }: Part): string[] =>
  mediaOf({ responses }).flatMap(({ examples = {} }) => Object.keys(examples as object));
