import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openProduct, type Product } from '../app/product.js';
import { signedIn } from '../support/app.js';
import { sendRaw } from '../support/raw-http.js';
import { costsNothing, MACHINERY } from './costs-nothing.js';

const LIMIT = 1_000_000;
const routes = ['/api/upload/txt', '/api/upload/audio', '/api/docx'];

let product: Product;

beforeAll(async () => {
  const limits = ['TXT', 'AUDIO', 'DOCX'].map((kind) => [`MAX_${kind}_BYTES`, String(LIMIT)]);
  product = await openProduct(Object.fromEntries(limits) as Record<string, string>);
  await product.open('alice', 1_000);
});
afterAll(() => product.close());

const part = (name: string, content: string, filename?: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}` +
  `\r\n\r\n${content}\r\n`;
const END = '--b--\r\n';
const file = part('file', 'A text of some words.', 'a.txt');
const fields = Array.from({ length: 5_000 }, (_, n) => part(`field${n}`, 'x')).join('');

type Row = [what: string, status: number, code: string, body: string, headers?: Record<string, string>];

/** What is wrong with a request, not with the file in it: the same on every route that takes one. */
const refused: Row[] = [
  ['JSON', 415, 'unsupported_media_type', '{}', { 'content-type': 'application/json' }],
  ['a form', 415, 'unsupported_media_type', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['an empty content type', 415, 'unsupported_media_type', file + END, { 'content-type': '' }],
  ['a content type that is none', 415, 'unsupported_media_type', file + END, { 'content-type': 'multipart' }],
  ['no boundary', 400, 'malformed_multipart', file + END, { 'content-type': 'multipart/form-data' }],
  [
    'another boundary',
    400,
    'malformed_multipart',
    file + END,
    { 'content-type': 'multipart/form-data; boundary=c' },
  ],
  ['nothing', 400, 'file_missing', ''],
  ['noise', 400, 'malformed_multipart', '\0\r\n--b\xff\r\n\r\n'],
  ['a part without headers', 400, 'malformed_multipart', '--b\r\n\r\n'],
  ['no file', 400, 'file_missing', part('title', 'x') + END],
  ['no part at all', 400, 'file_missing', END],
  ['a file in another field', 400, 'malformed_multipart', part('upload', 'A text', 'a.txt') + END],
  ['two files', 400, 'malformed_multipart', file + file + END],
  ['5,000 fields', 400, 'malformed_multipart', fields + file + END],
  ['5,000 fields behind the file', 400, 'malformed_multipart', file + fields + END],
  ['a file cut off', 400, 'malformed_multipart', file.slice(0, -8)],
  ['a file without its last boundary', 400, 'malformed_multipart', file],
  ['headers of a part cut off', 400, 'malformed_multipart', file.slice(0, 40)],
  [
    'a field of a megabyte',
    400,
    'malformed_multipart',
    part('title', 'x'.repeat(60_000)) + file.slice(0, -2),
  ],
  ['too much, announced', 413, 'payload_too_large', part('file', 'x'.repeat(1_200_000), 'a.txt') + END],
  ['a byte too much', 413, 'payload_too_large', part('file', 'x'.repeat(LIMIT + 1), 'a.txt') + END],
  ['a gigabyte, announced', 413, 'payload_too_large', file, { 'content-length': '1000000000' }],
  ...['abc', '', '-1', '1.5', '1e3', '0x10', '9007199254740992', '2, 2'].map((limit): Row => [
    `X-Max-Credits: ${limit}`,
    400,
    'validation_failed',
    file + END,
    { 'x-max-credits': limit },
  ]),
  ['a price above X-Max-Credits', 409, 'price_exceeds_max', file + END, { 'x-max-credits': '1' }],
  ...['', '7 chars', 'x'.repeat(256), '"short"', 'tab\there!', 'ümlaut-key', 'snow☃man-key'].map(
    (key): Row => [
      `Idempotency-Key: ${key.slice(0, 20)}`,
      400,
      'idempotency_key_invalid',
      file + END,
      { 'idempotency-key': key },
    ],
  ),
  [
    'two Idempotency-Keys',
    400,
    'idempotency_key_invalid',
    file + END,
    { 'Idempotency-Key': 'the first one', 'idempotency-key': 'the second one' },
  ],
  ['20 KB of headers', 431, 'headers_too_large', file + END, { 'x-story': 'x'.repeat(20_000) }],
];

/** Over a socket: HTTP clients add a content type, correct lengths, and refuse what we want to send. */
async function post(path: string, body: string, headers: Record<string, string> = {}) {
  const { authorization } = await signedIn('alice');
  const lines = Object.entries({
    host: 'x',
    connection: 'close',
    authorization,
    'content-type': 'multipart/form-data; boundary=b',
    'content-length': String(Buffer.byteLength(body, 'latin1')),
    ...headers,
  }).map(([name, value]) => (name === 'content-length' && value === '' ? '' : `${name}: ${value}\r\n`));
  const head = `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return sendRaw(Number(new URL(product.url).port), Buffer.from(head), Buffer.from(body, 'latin1'));
}

describe.each(routes)('%s refuses, at no cost,', (path) => {
  test.each(refused)('%s (%i)', async (...row) => {
    const [, status, code, body, headers] = row;
    await costsNothing(product, async () => {
      const started = performance.now();
      const answer = await post(path, body, headers);
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([status, code]);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.text).not.toMatch(MACHINERY);
      expect(performance.now() - started).toBeLessThan(10_000);
    });
  });

  test('more than allowed that nobody announced (413)', async () => {
    await costsNothing(product, async () => {
      const chunkOf = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
      const [head, tail] = part('file', '|', 'a.txt').split('|') as [string, string];
      const chunks = [head, ...Array<string>(80).fill('x'.repeat(16_384)), tail + END, ''];
      const answer = await post(path, chunks.map(chunkOf).join(''), {
        'content-length': '',
        'transfer-encoding': 'chunked',
      });
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([413, 'payload_too_large']);
    });
  });
});

describe('a file by the name of', () => {
  test.each([
    ['../../../etc/cron.d/x', 'x'],
    ['..\\..\\windows\\x.txt', 'x.txt'],
    ['a\0b.txt', 'ab.txt'],
    ['..', 'unnamed'],
    ['', 'unnamed'],
    ['x'.repeat(10_000), 'x'.repeat(255)],
  ])('%j is stored under its last part, and never where that says', async (name, stored) => {
    const answer = await post('/api/upload/txt', part('file', `A text by ${name.length}`, name) + END);
    const { id } = JSON.parse(answer.text);
    const { rows } = await product.sql.query('SELECT filename FROM library.documents WHERE id = $1', [id]);
    expect([answer.status, rows]).toEqual([201, [{ filename: stored }]]);
  });
});
