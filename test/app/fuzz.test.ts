import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { signedIn } from '../support/app.js';
import { sendRaw } from '../support/raw-http.js';
import { until } from '../support/until.js';
import { MACHINERY } from '../upload/costs-nothing.js';
import { openProduct, type Product } from './product.js';

/** The same every time; another one by SEED, which fast-check prints with what it found. */
const seed = Number(process.env['SEED'] ?? 20_261_127);
const RUNS = { seed, numRuns: 60 };

let product: Product;

beforeAll(async () => {
  product = await openProduct({ MAX_TXT_BYTES: '100000' });
  await product.open('alice', 1_000_000);
});

// Whatever came in, the books agree: closing the product checks them.
afterAll(() => product.close());

async function send(method: string, path: string, lines: string[], body: Buffer) {
  const { authorization } = await signedIn('alice');
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: x',
    'connection: close',
    `authorization: ${authorization}`,
    `content-length: ${body.length}`,
    ...lines,
  ];
  const { port } = new URL(product.url);
  return sendRaw(Number(port), Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body);
}

/** An answer to the client's fault or none of it: never ours, never silence. */
async function isTakenWell(method: string, path: string, lines: string[], body: Buffer) {
  const { status, text } = await send(method, path, lines, body);
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  if (status >= 400) expect(JSON.parse(text)).toMatchObject({ status, code: expect.any(String) });
  expect(text).not.toMatch(MACHINERY);
}

async function nothingIsHeld() {
  await until(async () => (await product.balance('alice')).held === 0);
  expect((await product.call(null, '/health/live')).status).toBe(200);
}

/** Bytes with some of them overwritten, left out or doubled. */
const damaged = (whole: Buffer) =>
  fc
    .array(
      fc.record({
        at: fc.nat(whole.length - 1),
        length: fc.nat(12),
        bytes: fc.uint8Array({ maxLength: 12 }),
      }),
      {
        maxLength: 4,
      },
    )
    .map((cuts) =>
      cuts.reduce(
        (bytes, { at, length, bytes: others }) =>
          Buffer.concat([bytes.subarray(0, at), others, bytes.subarray(at + length)]),
        whole,
      ),
    );

const multipart = Buffer.from(
  '--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nA title\r\n' +
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n' +
    'A Chapter\r\n\r\nIt was a dark night.\r\n--b--\r\n',
);
const headerValue = fc
  .string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 300,
  })
  .map((value) => value.trim());

describe('whatever comes in is answered for what it is', () => {
  test('JSON', async () => {
    const body = fc.oneof(
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record({ action: fc.oneof(fc.constant('txt_upload'), fc.anything()), units: fc.anything() })
        .map((value) =>
          Buffer.from(JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part))),
        ),
      damaged(Buffer.from('{"action":"txt_upload","units":2}')),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    );
    const sent = fc.asyncProperty(body, (bytes) =>
      isTakenWell('POST', '/api/credits/quote', ['content-type: application/json'], bytes),
    );
    await fc.assert(sent, RUNS);
    await nothingIsHeld();
  });

  test('headers', async () => {
    const names = [
      'idempotency-key',
      'x-max-credits',
      'x-min-balance-version',
      'if-none-match',
      'x-request-id',
    ];
    const others = ['accept', 'content-encoding', 'range', 'cookie', 'forwarded', 'x-forwarded-for'];
    const line = fc.tuple(fc.constantFrom(...names, ...others), headerValue);
    const lines = fc.array(
      line.map(([name, value]) => `${name}: ${value}`),
      { maxLength: 6 },
    );
    const type = 'content-type: multipart/form-data; boundary=b';
    const sent = fc.asyncProperty(lines, async (some) => {
      await isTakenWell('POST', '/api/upload/txt', [type, ...some], multipart);
      await isTakenWell('GET', '/api/credits', some, Buffer.alloc(0));
    });
    await fc.assert(sent, RUNS);
    await nothingIsHeld();
  });

  test('multipart', async () => {
    const type = fc.oneof(
      fc.constant('multipart/form-data; boundary=b'),
      headerValue.map((value) => `multipart/form-data; boundary=${value}`),
    );
    const sent = fc.asyncProperty(type, damaged(multipart), (contentType, bytes) =>
      isTakenWell('POST', '/api/upload/txt', [`content-type: ${contentType}`], bytes),
    );
    await fc.assert(sent, RUNS);
    await nothingIsHeld();
  });
});
