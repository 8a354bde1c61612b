import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WritingRoom } from '../../src/library/writing-room.js';
import { MOST_FREE_EXPORTS } from '../../src/library/storage.js';
import { postOf } from '../export/shelf.js';
import { openProduct, upload, type Product } from './product.js';

const LIMIT = 19_000;
/** With its blocks, a little more than twice that. */
const TEXT = `${'word '.repeat(900)}\n`;

let product: Product;
beforeAll(async () => {
  product = await openProduct({ STORAGE_BYTES_PER_USER: String(LIMIT) });
});
afterAll(() => product.close());

const store = (user: string, headers = {}) =>
  product.call(user, '/api/upload/txt', upload(TEXT, 'a.txt', headers));
const exported = (user: string, documentIds: string[], format = 'json') =>
  product.call(user, '/api/export', postOf({ format, documentIds }));

async function storedBytes(user: string): Promise<number> {
  const { rows } = await product.sql.query(
    `SELECT (SELECT COALESCE(sum(bytes + blocks_bytes), 0) FROM library.documents WHERE user_id = $1)
          + (SELECT COALESCE(sum(bytes), 0) FROM library.exports WHERE user_id = $1) AS sum`,
    [user],
  );
  return Number(rows[0].sum);
}

async function filesOf(folder: string): Promise<number> {
  return (await readdir(join(product.dataDir, 'files', folder)).catch(() => [])).length;
}

describe('what one user stores', () => {
  test('ends at the limit: 413 with the numbers, nothing charged, and the key is free for when there is room', async () => {
    await product.open('alice', 100);
    const first = await store('alice');
    expect([first.status, (await store('alice')).status]).toEqual([201, 201]);
    const usedBytes = await storedBytes('alice');
    expect(usedBytes).toBeGreaterThan(2 * 2 * TEXT.length - 10);
    const before = await filesOf('documents');

    const key = { 'idempotency-key': 'storage-alice-1' };
    const refused = await store('alice', key);
    expect([refused.status, refused.body]).toMatchObject([
      413,
      { code: 'storage_full', limitBytes: LIMIT, usedBytes, credits: { charged: 0, available: 94 } },
    ]);
    expect(await product.balance('alice')).toMatchObject({ balance: 94, held: 0 });
    expect(await filesOf('documents')).toBe(before);
    expect(await filesOf('incoming')).toBe(0);

    await product.call('alice', `/api/documents/${first.body.id}`, { method: 'DELETE' });
    expect((await store('alice', key)).status).toBe(201);
  });

  test('is nothing to another user', async () => {
    await product.open('bob', 100);
    expect((await store('bob')).status).toBe(201);
  });

  test('never passes the limit, however many come at once', async () => {
    await product.open('carol', 100);
    const answers = await Promise.all(Array.from({ length: 6 }, () => store('carol')));
    const stored = answers.filter(({ status }) => status === 201).length;
    expect(stored).toBeGreaterThanOrEqual(1);
    expect(await storedBytes('carol')).toBeLessThanOrEqual(LIMIT);
    expect(await product.balance('carol')).toMatchObject({ balance: 100 - 3 * stored, held: 0 });
  });

  test('bounds what is free, and a file that would be larger than the room there is goes while it is written', async () => {
    await product.open('dave', 100);
    const { body } = await store('dave');
    expect((await exported('dave', [body.id])).status).toBe(201);
    const usedBytes = await storedBytes('dave');
    const refused = await exported('dave', [body.id]);
    expect([refused.status, refused.body]).toMatchObject([
      413,
      { code: 'storage_full', limitBytes: LIMIT, usedBytes },
    ]);
    expect(await filesOf('incoming')).toBe(0);
    expect(await storedBytes('dave')).toBe(usedBytes);
  });

  test('is known before an export is made: it is given the room there is, and without any nothing begins', async () => {
    await product.open('fred', 100);
    const { body } = await store('fred');
    const usedBytes = await storedBytes('fred');
    const run = jest.spyOn(product.app.get(WritingRoom), 'run');
    await exported('fred', [body.id]);
    expect(run).toHaveBeenLastCalledWith(
      expect.objectContaining({ given: expect.objectContaining({ limitBytes: LIMIT - usedBytes }) }),
      expect.anything(),
    );
    run.mockClear();
    await product.sql.query(`UPDATE library.documents SET bytes = $1 WHERE user_id = 'fred'`, [LIMIT]);
    expect((await exported('fred', [body.id])).status).toBe(413);
    expect(run).not.toHaveBeenCalled();
    run.mockRestore();
  });

  test('may be a thousand free exports at most, however small', async () => {
    await product.open('erin', 100);
    const { body } = await store('erin');
    await product.sql.query(
      `INSERT INTO library.exports (id, user_id, format, title, filename, bytes, sha256)
       SELECT gen_random_uuid(), 'erin', 'txt', 't', 't.txt', 1, 'x' FROM generate_series(1, $1)`,
      [MOST_FREE_EXPORTS],
    );
    const refused = await exported('erin', [body.id], 'txt');
    expect([refused.status, refused.body.code]).toEqual([413, 'storage_full']);
    expect(refused.body.detail).toContain(`${MOST_FREE_EXPORTS} free exports`);
    await product.sql.query(`DELETE FROM library.exports WHERE user_id = 'erin'`);
  });
});

test('has no limit at 0', async () => {
  const open = await openProduct({ STORAGE_BYTES_PER_USER: '0' });
  await open.open('alice', 100);
  for (let i = 0; i < 3; i += 1) {
    expect((await open.call('alice', '/api/upload/txt', upload(TEXT))).status).toBe(201);
  }
  await open.close();
});
