import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { openProduct, type Product } from '../app/product.js';
import { openShelf, type Shelf } from './shelf.js';

let product: Product;
let shelf: Shelf;

beforeAll(async () => {
  product = await openProduct();
  shelf = await openShelf(product, 100);
});
afterAll(() => product.close());

const formats: [format: string, credits: number, type: string][] = [
  ['txt', 0, 'text/plain; charset=utf-8'],
  ['json', 0, 'application/json; charset=utf-8'],
  ['docx', 15, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['pdf', 15, 'application/pdf'],
  ['zip', 15, 'application/zip'],
];

describe('an export', () => {
  test.each(formats)('as %s costs %i, is listed and downloaded', async (format, charged, type) => {
    const before = await product.balance(shelf.user);
    const { status, headers, body } = await shelf.post({ format, documentIds: [shelf.documentId] });
    expect([status, body.code]).toEqual([201, undefined]);
    const { credits, ...made } = body;
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      format,
      filename: `The Sea and the Keeper.${format}`,
      bytes: expect.any(Number),
      sha256: expect.any(String),
      downloadUrl: `/api/export/${made.id}/download`,
    });
    expect(credits).toMatchObject({ charged, balance: before.balance - charged, held: 0 });
    expect(headers.get('x-credits-charged')).toBe(String(charged));
    const { data, running } = (await product.call(shelf.user, '/api/export')).body;
    expect(data[0]).toEqual({ ...made, title: 'The Sea and the Keeper', createdAt: expect.any(String) });
    expect((await product.call(shelf.user, `/api/export/${made.id}`)).body).toEqual(data[0]);
    expect(running).toEqual([]);
    const file = await shelf.download(made.id);
    expect(file.bytes.length).toBe(made.bytes);
    expect(createHash('sha256').update(file.bytes).digest('hex')).toBe(made.sha256);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': type,
      'content-disposition': expect.stringContaining(`attachment; filename="${made.filename}"`),
      'x-content-type-options': 'nosniff',
    });
  });

  test('is downloaded in ranges', async () => {
    const { body } = await shelf.post({ format: 'txt', documentIds: [shelf.documentId] });
    const { bytes } = await shelf.download(body.id);
    const part = await shelf.download(body.id, { range: 'bytes=10-19' });
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${bytes.length}`);
    expect(part.bytes.equals(bytes.subarray(10, 20))).toBe(true);
  });

  test('is called as its owner wants, whatever that does to a file system', async () => {
    const title = '  ../Ein "Buch"\n\tüber: alles  ';
    const { body } = await shelf.post({ format: 'txt', documentIds: [shelf.documentId], title });
    expect(body.filename).toBe('Ein Buch über alles.txt');
  });

  test('is charged once for a key, and answered byte for byte again', async () => {
    const key = { 'idempotency-key': 'export-0001' };
    const wanted = { format: 'pdf', documentIds: [shelf.documentId] };
    const before = await product.balance(shelf.user);
    const first = await shelf.post(wanted, key);
    const again = await shelf.post(wanted, key);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect((await shelf.post({ ...wanted, format: 'docx' }, key)).body.code).toBe('idempotency_key_reused');
    expect((await product.balance(shelf.user)).balance).toBe(before.balance - 15);
  });

  test('that is free is made at zero, and a premium one is not', async () => {
    const poor = await openShelf(product, 0);
    const documentIds = [poor.documentId];
    expect((await poor.post({ format: 'json', documentIds })).status).toBe(201);
    expect((await poor.post({ format: 'zip', documentIds })).body).toMatchObject({
      code: 'insufficient_credits',
      required: 15,
      available: 0,
    });
  });

  test('is nobody else’s: reading and deleting answer as for an id that never was', async () => {
    const { body } = await shelf.post({ format: 'txt', documentIds: [shelf.documentId] });
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const [method, tail] of [
      ['GET', ''],
      ['GET', '/download'],
      ['DELETE', ''],
    ] as const) {
      for (const id of [body.id, unknown]) {
        const answer = await product.call('stranger', `/api/export/${id}${tail}`, { method });
        expect([answer.status, answer.body.detail]).toEqual([404, 'There is nothing here.']);
      }
    }
    expect((await product.call('stranger', '/api/export')).body).toEqual({
      data: [],
      nextCursor: null,
      running: [],
    });
  });

  test('is gone once deleted, without its credits coming back', async () => {
    const { body } = await shelf.post({ format: 'docx', documentIds: [shelf.documentId] });
    const before = await product.balance(shelf.user);
    const { status } = await product.call(shelf.user, `/api/export/${body.id}`, { method: 'DELETE' });
    expect(status).toBe(204);
    expect((await product.call(shelf.user, `/api/export/${body.id}/download`)).status).toBe(404);
    expect(await product.balance(shelf.user)).toEqual(before);
  });
});

describe('fifty premium exports at once on credits for one', () => {
  test('are one export and 49 refusals, and nothing is held afterwards', async () => {
    const { user, documentId, post } = await openShelf(product, 15);
    const wanted = { format: 'docx', documentIds: [documentId] };
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(wanted)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(49).fill(402)]);
    expect(await product.balance(user)).toMatchObject({ balance: 0, held: 0 });
    expect((await product.call(user, '/api/export')).body.data).toHaveLength(1);
  });
});
