import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApp, signedIn, type OpenApp } from '../support/app.js';
import { getRaw, sendRaw } from '../support/raw-http.js';
import { ToyController } from './toy.controller.js';

const UNKNOWN = '018f0000-0000-7000-8000-000000000000';

const refused: [path: string, status: number, code: string][] = [
  ['/api/nothing', 404, 'not_found'],
  ['/nothing?token=secret', 404, 'not_found'],
  ['/api/toys', 404, 'not_found'],
  ['/API/toys/me', 404, 'not_found'],
  [`/api/toys/things/${UNKNOWN}`, 404, 'not_found'],
  ['/api/toys/things/7', 400, 'validation_failed'],
  ['/api/toys/things/%00', 400, 'validation_failed'],
  ['/api/toys/things/%zz', 400, 'malformed_request'],
  ['/api/toys/things/%c3%28', 400, 'malformed_request'],
  [`/api/toys/things/${'x'.repeat(5000)}`, 400, 'malformed_request'],
  ['/api/toys/pages?limit=0', 400, 'validation_failed'],
  ['/api/toys/pages?limit=1e9', 400, 'validation_failed'],
  ['/api/toys/pages?limit=', 400, 'validation_failed'],
  ['/api/toys/pages?limit=ten', 400, 'validation_failed'],
  ['/api/toys/pages?limit=1&limit=2', 400, 'validation_failed'],
  ['/api/toys/pages?limit[]=1', 400, 'validation_failed'],
  ['/api/toys/pages?offset=1', 400, 'validation_failed'],
  ['/api/toys/pages?__proto__=1', 400, 'validation_failed'],
  ['/api/toys/pages?limit=%00', 400, 'validation_failed'],
  ['/api/toys/me?note=%00', 400, 'validation_failed'],
  ['/api/toys/me?%00=1', 400, 'validation_failed'],
  ['/api/toys/admin', 403, 'forbidden'],
  ['/api/toys/broken', 500, 'internal'],
];

const otherMethods: [method: string, path: string, allow: string | null][] = [
  ['POST', '/api/toys/me?note=1', 'GET, HEAD'],
  ['PUT', `/api/toys/things/${UNKNOWN}`, 'GET, HEAD'],
  ['DELETE', '/health/live', 'GET, HEAD'],
  ['GET', '/api/toys/orders', 'POST'],
  ['OPTIONS', '/api/toys/me', 'GET, HEAD'],
  ['POST', '/api/toys/things/', null],
  ['POST', '/api/nothing', null],
];

describe('an address', () => {
  let toy: OpenApp;
  let alice: Record<string, string>;

  beforeAll(async () => {
    toy = await openApp({ controllers: [ToyController], variables: { RATE_LIMIT_PER_MINUTE: '0' } });
    alice = await signedIn('alice');
  });

  afterAll(() => toy.close());

  const get = (path: string) => getRaw(toy.port, path, `authorization: ${alice['authorization']}`);

  test.each(otherMethods)('says to %s which methods it takes: %s', async (method, path, allow) => {
    const response = await fetch(`http://127.0.0.1:${toy.port}${path}`, { method, headers: alice });
    const expected = allow === null ? [404, 'not_found'] : [405, 'method_not_allowed'];
    const { status, code } = (await response.json()) as Record<string, unknown>;
    expect([status, code, response.headers.get('allow')]).toEqual([...expected, allow]);
  });

  test.each(refused.map((row) => [row[0].slice(0, 60), ...row] as const))(
    'is refused: %s',
    async (_name, path, status, code) => {
      const answer = await get(path);
      const body = JSON.parse(answer.text) as Record<string, unknown>;
      expect([answer.status, body['status'], body['code']]).toEqual([status, status, code]);
      expect(body).toMatchObject({
        type: `/problems/${code.replaceAll('_', '-')}`,
        title: expect.any(String),
        detail: expect.any(String),
        instance: path.split('?')[0],
        requestId: answer.headers.get('x-request-id'),
      });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.text).not.toMatch(/node_modules|\.js:|SELECT|vault|token=/);
    },
  );

  test('of a page is read as the class says', async () => {
    expect(JSON.parse((await get('/api/toys/pages?limit=20')).text)).toEqual({ limit: 20 });
    expect(JSON.parse((await get('/api/toys/pages')).text)).toEqual({});
  });

  test('may hold the longest user id there is', async () => {
    const longest = '😀'.repeat(127);
    expect((await get(`/api/toys/things/${encodeURIComponent(longest)}`)).status).toBe(400);
    expect(JSON.parse((await get(`/api/toys/things/${encodeURIComponent(longest)}`)).text).code).toBe(
      'validation_failed',
    );
  });

  test('asked for in no HTTP we know gets a problem, too', async () => {
    const { status, headers, text } = await sendRaw(toy.port, 'HELLO\r\n\r\n');
    expect([status, JSON.parse(text).code]).toEqual([400, 'malformed_request']);
    expect(headers.get('x-request-id')).toBe(JSON.parse(text).requestId);
  });

  test('whose handler takes an interface is refused whatever is sent, for nothing of it would be checked', async () => {
    const response = await fetch(`${toy.url}/api/toys/loose`, {
      method: 'POST',
      headers: { ...alice, 'content-type': 'application/json' },
      body: '{"anything":"goes"}',
    });
    expect(response.status).toBe(500);
    const logged = toy.log
      .filter(({ msg }) => msg === 'request failed')
      .map(({ err }) => err as { message: string });
    expect(logged.at(-1)!.message).toMatch(/declared without a class/);
  });

  test('that is public has no user for a handler that asks for one', async () => {
    expect((await get('/api/toys/open-but-asks')).status).toBe(500);
    expect((await get('/api/toys/open')).status).toBe(200);
  });
});
