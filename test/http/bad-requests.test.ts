import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApp, signedIn, type OpenApp } from '../support/app.js';
import { sendRaw } from '../support/raw-http.js';
import { ToyController } from './toy.controller.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const good = { amount: 5 };
const json = JSON.stringify;

type Row = [name: string, status: number, code: string, body: string | Buffer, headers?: object];

const refused: Row[] = [
  ['malformed JSON', 400, 'malformed_body', '{"amount":'],
  ['JSON with a comma too many', 400, 'malformed_body', '{"amount":5,}'],
  ['two values', 400, 'malformed_body', '{}{}'],
  ['an empty body', 400, 'malformed_body', ''],
  ['white space', 400, 'malformed_body', ' \n'],
  ['null', 400, 'malformed_body', 'null'],
  ['an array', 400, 'malformed_body', '[{"amount":5}]'],
  ['a text', 400, 'malformed_body', '"amount"'],
  ['a number', 400, 'malformed_body', '5'],
  ['50,000 opening brackets', 400, 'malformed_body', '['.repeat(50_000)],
  ['30,000 brackets that close', 400, 'malformed_body', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['an object 10,000 deep', 400, 'malformed_body', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['a member 33 deep', 400, 'malformed_body', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`],
  ['invalid UTF-8', 400, 'malformed_body', Buffer.from('7b226e6f7465223a22c328227d', 'hex')],
  ['UTF-16', 400, 'malformed_body', Buffer.from(json(good), 'utf16le')],
  ['__proto__', 400, 'malformed_body', '{"amount":5,"__proto__":{"isAdmin":true}}'],
  ['an escaped __proto__', 400, 'malformed_body', '{"amount":5,"\\u005f_proto__":{}}'],
  ['a nested __proto__', 400, 'malformed_body', '{"amount":5,"lines":[{"__proto__":{}}]}'],
  ['constructor.prototype', 400, 'malformed_body', '{"amount":5,"constructor":{"prototype":{}}}'],
  ['a NUL in a text', 400, 'malformed_body', '{"amount":5,"note":"a\\u0000b"}'],
  ['a NUL in a name', 400, 'malformed_body', '{"amount":5,"a\\u0000b":1}'],
  ['half a surrogate pair', 400, 'malformed_body', '{"amount":5,"note":"\\ud83d"}'],
  ['more than 64 KB, announced', 413, 'payload_too_large', json({ ...good, note: 'x'.repeat(65_536) })],
  ['a gigabyte, announced', 413, 'payload_too_large', json(good), { 'content-length': '1000000000' }],
  ['text/plain', 415, 'unsupported_media_type', json(good), { 'content-type': 'text/plain' }],
  [
    'a form',
    415,
    'unsupported_media_type',
    'amount=5',
    { 'content-type': 'application/x-www-form-urlencoded' },
  ],
  ['no content type', 415, 'unsupported_media_type', json(good), { 'content-type': '' }],
  ['a content type that is none', 415, 'unsupported_media_type', json(good), { 'content-type': 'json' }],
  [
    'charset=utf-7',
    415,
    'unsupported_media_type',
    json(good),
    { 'content-type': 'application/json; charset=utf-7' },
  ],
  [
    'charset=utf-16',
    415,
    'unsupported_media_type',
    json(good),
    { 'content-type': 'application/json;charset=utf-16' },
  ],
  [
    'JSON of some other kind',
    415,
    'unsupported_media_type',
    json(good),
    { 'content-type': 'application/ld+json' },
  ],
  ['a compressed body', 415, 'unsupported_media_type', json(good), { 'content-encoding': 'gzip' }],
  ['no member', 400, 'validation_failed', '{}'],
  ['an unknown member', 400, 'validation_failed', json({ ...good, userId: 'bob' })],
  [
    'a nested unknown member',
    400,
    'validation_failed',
    json({ ...good, lines: [{ text: 'a', balance: 9 }] }),
  ],
  ['an object for a text', 400, 'validation_failed', json({ ...good, note: { toString: 'x' } })],
  ['an array for a text', 400, 'validation_failed', json({ ...good, note: ['a'] })],
  ...['0', '-1', '1.5', '"5"', 'true', 'null', '1e400', '9007199254740992', '[5]', '{}'].map(
    (amount): Row => [`the amount ${amount}`, 400, 'validation_failed', `{"amount":${amount}}`],
  ),
];

const accepted: [name: string, body: string, headers?: object][] = [
  ['plain JSON', json(good)],
  ['a charset', json(good), { 'content-type': 'application/json; charset=utf-8' }],
  ['a charset in capitals and quotes', json(good), { 'content-type': 'Application/JSON;charset="UTF-8"' }],
  ['64 KB exactly', json({ ...good, note: 'x'.repeat(65_536 - json({ ...good, note: '' }).length) })],
  ['every plane of Unicode', json({ ...good, note: 'ä€😀\u0001' })],
  ['the largest amount', json({ amount: Number.MAX_SAFE_INTEGER })],
];

describe('a request that is not as it must be', () => {
  let toy: OpenApp;
  let alice: Record<string, string>;

  beforeAll(async () => {
    toy = await openApp({ controllers: [ToyController], variables: { RATE_LIMIT_PER_MINUTE: '0' } });
    alice = await signedIn('alice');
  });

  afterAll(() => toy.close());

  /** Over a socket: HTTP clients add a content type and correct lengths. */
  async function order(body: string | Buffer, headers: object = {}, token = alice) {
    const started = performance.now();
    const lines = Object.entries({
      host: 'localhost',
      connection: 'close',
      ...token,
      ...JSON_TYPE,
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    }).map(([name, value]) => (value === '' ? '' : `${name}: ${value}\r\n`));
    const head = `POST /api/toys/orders HTTP/1.1\r\n${lines.join('')}\r\n`;
    const answer = await sendRaw(toy.port, head, body);
    return {
      ...answer,
      body: JSON.parse(answer.text) as Record<string, unknown>,
      ms: performance.now() - started,
    };
  }

  test.each(refused)('is refused: %s (%i)', async (...row) => {
    const [, status, code, body, headers] = row;
    const answer = await order(body, headers);
    expect([answer.status, answer.body['code'], answer.body['status']]).toEqual([status, code, status]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-request-id')).toBe(answer.body['requestId']);
    expect(answer.text).not.toMatch(/node_modules|\.js:|at \w+ \(|SELECT/);
    expect(answer.ms).toBeLessThan(1000);
    if (code === 'validation_failed') expect(answer.body['errors']).not.toEqual([]);
    if (code === 'payload_too_large') expect(answer.body['limitBytes']).toBe(65_536);
  });

  test.each(accepted)('is told from one that is: %s', async (...row) => {
    const [, body, headers] = row;
    const answer = await order(body, headers);
    expect([answer.status, answer.body]).toEqual([201, JSON.parse(body)]);
  });

  test('is refused in a stranger’s hands for being a stranger’s', async () => {
    for (const [name, , , body, headers] of refused) {
      // Fastify looks at this header before anybody is asked who sent it.
      const status = name === 'a content type that is none' ? 415 : 401;
      expect((await order(body, headers, {})).status).toBe(status);
    }
  });

  test('is refused when more comes than anybody announced, and the connection goes on', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const head = (...lines: string[]) =>
      [
        'POST /api/toys/orders HTTP/1.1',
        'host: x',
        `authorization: ${alice['authorization']}`,
        ...lines,
      ].join('\r\n');
    const { text } = await sendRaw(
      toy.port,
      `${head('content-type: application/json', 'transfer-encoding: chunked')}\r\n\r\n`,
      `${chunk.repeat(20)}0\r\n\r\n`,
      `${head('content-type: application/json', 'connection: close', 'content-length: 12')}\r\n\r\n{"amount":5}`,
    );
    expect(text).toContain('"code":"payload_too_large"');
    expect(text).toMatch(/HTTP\/1\.1 201 Created[^]*\{"amount":5\}$/);
  });

  test('is refused by name where the input is nested', async () => {
    const { body } = await order(json({ amount: 0, lines: [{ text: 'a' }, { text: 7 }] }));
    expect(body['errors']).toEqual([
      { path: 'amount', message: 'amount must not be less than 1' },
      { path: 'lines.1.text', message: 'text must be a string' },
    ]);
  });

  test('leaves a process that serves the next one', async () => {
    expect((await order(json(good))).status).toBe(201);
    expect((await fetch(`${toy.url}/health/live`)).status).toBe(200);
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });
});
