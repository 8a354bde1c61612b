import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { badBodies, JSON_TYPE } from '../http/bad-bodies.js';
import { badTokens, signed, TRUST } from '../identity/bad-token-lines.js';
import { sendRaw } from '../support/raw-http.js';
import { costsNothing, MACHINERY } from '../upload/costs-nothing.js';
import { openProduct, type Product } from './product.js';

const UNKNOWN = '018f0000-0000-7000-8000-000000000000';

let product: Product;
/** A document of somebody else's. */
let foreign: string;

beforeAll(async () => {
  product = await openProduct(TRUST);
  await Promise.all(['alice', 'bob'].map((user) => product.open(user, 100)));
  const body = new FormData();
  body.append('file', new Blob(['A text of bob’s']), 'a.txt');
  foreign = (await ask('POST', '/api/upload/txt', await signed({ sub: 'bob' }), body)).id as string;
});
afterAll(() => product.close());

async function ask(method: string, path: string, [line]: string[], body?: FormData) {
  const authorization = line!.replace('authorization: ', '');
  const response = await fetch(`${product.url}${path}`, { method, body, headers: { authorization } });
  return (await response.json()) as Record<string, unknown>;
}

/** Refused before anything is held for it: not a row may differ. */
async function refuses(
  lines: string[],
  [method, path]: [string, string],
  [status, code]: [number, string],
  body: string | Buffer = '',
) {
  await costsNothing(
    product,
    async () => {
      const started = performance.now();
      const head = [
        `${method} ${path} HTTP/1.1`,
        'host: x',
        'connection: close',
        `content-length: ${Buffer.byteLength(body)}`,
      ];
      const port = Number(new URL(product.url).port);
      const answer = await sendRaw(port, `${[...head, ...lines].join('\r\n')}\r\n\r\n`, body);
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([status, code]);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.text).not.toMatch(MACHINERY);
      expect(performance.now() - started).toBeLessThan(1_000);
    },
    { isHeld: false },
  );
}

const linesOf = (headers: object) =>
  Object.entries(headers).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${String(value)}`]));

describe('without a good token nothing is changed: ', () => {
  test.each(badTokens)('%s', async (_what, lines) => {
    await refuses(await lines(), ['GET', '/api/credits'], [401, 'unauthenticated']);
    await refuses(await lines(), ['POST', '/api/upload/txt'], [401, 'unauthenticated']);
  });
});

describe('a body that is none changes nothing:', () => {
  // What has the shape of JSON is checked against each route's own members.
  const anywhere = badBodies.filter(([, , code]) => code !== 'validation_failed');

  test.each(anywhere)('%s', async (...row) => {
    const [, status, code, body, headers = {}] = row;
    const { 'content-length': _announced, ...others } = headers as Record<string, string>;
    if (_announced !== undefined) return;
    const lines = [...(await signed({})), ...linesOf({ ...JSON_TYPE, ...others })];
    await refuses(lines, ['POST', '/api/credits/quote'], [status, code], body);
  });

  test.each([
    '{}',
    '{"action":"txt_upload","userId":"bob"}',
    '{"action":"txt_upload","balance":5}',
    '{"action":"no_such_action"}',
    ...['-1', '1.5', '"5"', 'true', '1e400', '9007199254740992', '[5]'].map(
      (units) => `{"action":"txt_upload","units":${units}}`,
    ),
  ])('%s', async (body) => {
    const lines = [...(await signed({})), ...linesOf(JSON_TYPE)];
    await refuses(lines, ['POST', '/api/credits/quote'], [400, 'validation_failed'], body);
  });
});

describe('an address that leads nowhere changes nothing:', () => {
  const paths: [path: string, status: number, code: string][] = [
    ['/api/credits?refresh=maybe', 400, 'validation_failed'],
    ['/api/credits?refresh=true&refresh=true', 400, 'validation_failed'],
    ['/api/credits?userId=bob', 400, 'validation_failed'],
    ...['0', '1e9', '-1', '1.5', '', 'ten', '1&limit=2', '%00'].map((limit): [string, number, string] => [
      `/api/credits/history?limit=${limit}`,
      400,
      'validation_failed',
    ]),
    ['/api/credits/history?cursor=garbage', 400, 'validation_failed'],
    ['/api/credits/history?cursor=%ff', 400, 'validation_failed'],
    ['/api/credits/history?kind=theft', 400, 'validation_failed'],
    ['/api/credits/history?from=yesterday', 400, 'validation_failed'],
    ['/api/credits/holds?state=lost', 400, 'validation_failed'],
    ['/api/credits/usage?groupBy=user', 400, 'validation_failed'],
    ['/api/documents/7', 400, 'validation_failed'],
    [`/api/documents/${UNKNOWN}`, 404, 'not_found'],
    ['/api/nothing', 404, 'not_found'],
    ['/api/%zz', 400, 'malformed_request'],
  ];

  test.each(paths)('%s', async (path, status, code) => {
    await refuses(await signed({}), ['GET', path], [status, code]);
  });

  test.each(['abc', '-1', '1.5', '9007199254740992', '1, 2'])(
    'X-Min-Balance-Version: %s',
    async (version) => {
      const lines = [...(await signed({})), `x-min-balance-version: ${version}`];
      await refuses(lines, ['GET', '/api/credits'], [400, 'validation_failed']);
    },
  );

  test('somebody else’s document, which looks like one that is not there', async () => {
    const ofBob = await ask('GET', `/api/documents/${foreign}`, await signed({}));
    const ofNobody = await ask('GET', `/api/documents/${UNKNOWN}`, await signed({}));
    const { requestId: _a, instance: _b, ...refusal } = ofBob;
    expect(ofNobody).toMatchObject(refusal);
    for (const method of ['GET', 'DELETE']) {
      await refuses(await signed({}), [method, `/api/documents/${foreign}`], [404, 'not_found']);
    }
  });
});

test.each(['documents/%', 'audio/%/file', 'export/%/download', 'credits/purchases/%'])(
  'an id that cannot be one is refused by its name: %s',
  async (path) => {
    const answer = await ask('GET', `/api/${path.replace('%', 'nonsense')}`, await signed({ sub: 'alice' }));
    const errors = [{ path: 'id', message: 'must be a UUID' }];
    expect(answer).toMatchObject({ status: 400, code: 'validation_failed', errors });
    expect(answer['detail']).toBe('The id in the address is not a well-formed id.');
  },
);
