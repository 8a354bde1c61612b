import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApp, signedIn, type OpenApp } from '../support/app.js';
import { sendRaw } from '../support/raw-http.js';
import { badBodies, JSON_TYPE } from './bad-bodies.js';
import { ToyController } from './toy.controller.js';

const json = JSON.stringify;
const good = { amount: 5 };

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

  test.each(badBodies)('is refused: %s (%i)', async (...row) => {
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
    for (const [name, , , body, headers] of badBodies) {
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
      { path: 'amount', message: 'must not be less than 1' },
      { path: 'lines.1.text', message: 'must be a string' },
    ]);
  });

  test('leaves a process that serves the next one', async () => {
    expect((await order(json(good))).status).toBe(201);
    expect((await fetch(`${toy.url}/health/live`)).status).toBe(200);
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });
});
