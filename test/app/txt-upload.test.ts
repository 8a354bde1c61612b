import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { signedIn } from '../support/app.js';
import { until } from '../support/until.js';
import { costsNothing, expectProblem } from '../upload/costs-nothing.js';
import { openProduct, upload, type Product } from './product.js';

let product: Product;
let users = 0;

beforeAll(async () => {
  product = await openProduct({ MAX_TXT_BYTES: '100000' });
});
afterAll(() => product.close());

async function richUser(credits = 10): Promise<string> {
  users += 1;
  await product.open(`user-${users}`, credits);
  return `user-${users}`;
}
const filesIn = (folder: string) =>
  readdir(join(product.dataDir, 'files', folder)).catch(() => [] as string[]);
const send = (user: string, content: string | Uint8Array, headers = {}, name?: string) =>
  product.call(user, '/api/upload/txt', upload(content, name, headers));

describe('a text upload', () => {
  test('stores the text, counts it and charges 3', async () => {
    const user = await richUser();
    const { status, headers, body } = await send(
      user,
      'The Sea\r\n\r\nTwo words.\nAnd more 🌊\r\n\r\nEnd\r\n',
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'txt', title: 'The Sea', encoding: 'utf-8', words: 8, paragraphs: 3 });
    expect(body.credits).toMatchObject({ charged: 3, available: 7 });
    expect(headers.get('x-credits-charged')).toBe('3');
    expect(headers.get('x-credits-remaining')).toBe('7');
    expect(headers.get('x-request-id')).toBeTruthy();
    const stored = await product.call(user, `/api/documents/${body.id}`);
    expect(stored.body.blocks.map(({ runs }: never) => (runs as { text: string }[])[0]!.text)).toEqual([
      'The Sea',
      'Two words.\nAnd more 🌊',
      'End',
    ]);
  });

  test('of many at once as many are stored as there are credits for, and no other is read', async () => {
    const user = await richUser(200);
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => send(user, `Text ${n}`)));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(201), count(402)]).toEqual([66, 34]);
  });

  test.each([
    ['utf-8 with a mark', Buffer.from('\ufeffHéllo wörld, a text'), 'utf-8'],
    ['utf-16le with a mark', Buffer.from('\ufeffHéllo wörld, a text', 'utf16le'), 'utf-16le'],
    [
      'windows-1252',
      iconv.encode('Ein Märchen über Bäume, Käse und größere Füße: «schön».'.repeat(5), 'latin1'),
      'windows-1252',
    ],
    [
      'shift_jis',
      iconv.encode(
        '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。'.repeat(5),
        'shift_jis',
      ),
      'shift_jis',
    ],
  ])('reads %s', async (_name, bytes, encoding) => {
    const { status, body } = await send(await richUser(), bytes);
    expect([status, body.encoding]).toEqual([201, expect.stringMatching(encoding)]);
  });

  const cyrillic = Buffer.from([0xd0]);

  test('asks for the encoding of a few letters that fit several, reads them in the one that is named, and charges once', async () => {
    const user = await richUser();
    const refused = await send(user, cyrillic);
    expectProblem(refused, 415, 'unsupported_file_type');
    expect(refused.body.detail).toContain('?encoding=');
    const { candidates, previews } = refused.body;
    expect(candidates.length).toBeGreaterThan(1);
    expect(Object.keys(previews)).toEqual(candidates);
    expect(previews['windows-1251']).toBe('Р');
    expect(await product.balance(user)).toMatchObject({ balance: 10, held: 0 });
    const { status, body } = await product.call(user, '/api/upload/txt?encoding=CP1251', upload(cyrillic));
    expect([status, body.encoding, body.title, body.credits.charged]).toEqual([201, 'windows-1251', 'Р', 3]);
  });

  test('takes the encoding for a part of the input under a key', async () => {
    const user = await richUser();
    const post = (query: string) =>
      product.call(
        user,
        `/api/upload/txt${query}`,
        upload(cyrillic, 'a.txt', { 'idempotency-key': 'upload-0005' }),
      );
    const first = await post('?encoding=windows-1251');
    expect(first.body.title).toBe('Р');
    expect((await post('?encoding=windows-1251')).text).toBe(first.text);
    expect((await post('?encoding=koi8-r')).body.code).toBe('idempotency_key_reused');
    expect((await post('')).body.code).toBe('idempotency_key_reused');
  });

  test.each([
    ['?encoding=klingon', 'klingon'],
    ['?encoding=', 'empty'],
    ['?encoding=base64', 'a transport'],
    ['?encoding=utf-8&encoding=cp866', 'two'],
    ['?codepage=866', 'another parameter'],
  ])('refuses %s', async (query) => {
    const user = await richUser();
    await costsNothing(product, async () =>
      expectProblem(
        await product.call(user, `/api/upload/txt${query}`, upload('a text')),
        400,
        'validation_failed',
      ),
    );
  });

  test('cuts a title between two characters', async () => {
    const { body } = await send(await richUser(), `${'🌊'.repeat(300)}\n\nThe sea.`);
    expect(body.title).toBe('🌊'.repeat(200));
  });

  test('keeps 20 parallel uploads with one key to one charge and one document', async () => {
    const user = await richUser(100);
    const one = () => send(user, 'the same text', { 'idempotency-key': 'upload-0001' });
    const answers = await Promise.all(Array.from({ length: 20 }, one));
    const statuses = new Set(answers.map(({ status }) => status));
    statuses.delete(409);
    expect([...statuses]).toEqual([201]);
    const last = await one();
    expect(last.headers.get('idempotent-replayed')).toBe('true');
    for (const { status, text } of answers) if (status === 201) expect(text).toBe(last.text);
    expect(await product.balance(user)).toMatchObject({ balance: 97, held: 0 });
    expect((await product.call(user, '/api/documents')).body.data).toHaveLength(1);
  });

  test('refuses another file under the same key, and another name', async () => {
    const user = await richUser();
    const key = { 'idempotency-key': 'upload-0002' };
    expect((await send(user, 'one text', key)).status).toBe(201);
    expect((await send(user, 'another text', key)).body.code).toBe('idempotency_key_reused');
    expect((await send(user, 'one text', key, 'other.txt')).body.code).toBe('idempotency_key_reused');
    expect(await product.balance(user)).toMatchObject({ balance: 7, held: 0 });
  });

  test('repeats a 402 for its key whatever the file, also when there are credits by then', async () => {
    const user = await richUser(2);
    const key = { 'idempotency-key': 'upload-0003' };
    const first = await send(user, 'one text', key);
    expect(first.status).toBe(402);
    await product.sql.query('UPDATE credits.wallets SET balance = 50 WHERE user_id = $1', [user]);
    const again = await send(user, 'another text', key);
    expect([again.status, again.text]).toEqual([402, first.text]);
    expect((await send(user, 'one text', { 'idempotency-key': 'upload-0004' })).status).toBe(201);
  });

  test('is nobody else’s business', async () => {
    const { body } = await send(await richUser(), 'mine alone');
    const stranger = await product.call('stranger', `/api/documents/${body.id}`);
    const unknown = await product.call('stranger', '/api/documents/00000000-0000-4000-8000-000000000000');
    expect(stranger.status).toBe(404);
    const { instance: _a, requestId: _b, ...refusal } = stranger.body;
    expect(unknown.body).toMatchObject(refusal);
  });
});

describe('a refused upload costs nothing and leaves nothing', () => {
  const cutOff = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf a te';

  test.each<[string, RequestInit, number, string]>([
    ['an empty file', upload(''), 422, 'file_corrupt'],
    ['white space only', upload(' \n\t '), 415, 'unsupported_file_type'],
    ['a PDF', upload('%PDF-1.7 something'), 415, 'unsupported_file_type'],
    ['a ZIP', upload(Buffer.from([0x50, 0x4b, 3, 4, 20, 0])), 415, 'unsupported_file_type'],
    ['an executable', upload(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1])), 415, 'unsupported_file_type'],
    ['UTF-16 without a mark', upload(Buffer.from('plain', 'utf16le')), 415, 'unsupported_file_type'],
  ])('%s', async (_what, init, status, code) => {
    const user = await richUser();
    await costsNothing(product, async () =>
      expectProblem(await product.call(user, '/api/upload/txt', init), status, code),
    );
  });

  test('is told so after the headers, before a byte of the file is read', async () => {
    const user = await richUser(2);
    const { authorization } = await signedIn(user);
    const socket = connect(Number(new URL(product.url).port), '127.0.0.1');
    const started = performance.now();
    socket.write(
      `POST /api/upload/txt HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
        'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 52428800\r\n\r\n',
    );
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    );
    expect(answer).toMatch(/^HTTP\/1.1 402 /);
    expect(performance.now() - started).toBeLessThan(1_000);
    socket.destroy();
  });

  test('when the client leaves in mid-upload', async () => {
    const user = await richUser();
    const { authorization } = await signedIn(user);
    const socket = connect(Number(new URL(product.url).port), '127.0.0.1');
    socket.write(
      `POST /api/upload/txt HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
        `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 50000\r\n\r\n${cutOff}`,
    );
    await until(async () => (await product.balance(user)).held === 3);
    socket.destroy();
    await until(async () => (await product.balance(user)).held === 0);
    expect(await product.balance(user)).toMatchObject({ balance: 10 });
    await until(async () => (await filesIn('incoming')).length === 0);
  });
});
