import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openProduct, type Product } from './product.js';

let product: Product;
beforeAll(async () => {
  product = await openProduct();
});
afterAll(() => product.close());

const SHELVES = [
  ['/api/documents', 'documents', `kind, title, characters, words, paragraphs`, `'txt', 't', 1, 1, 1`],
  [
    '/api/audio',
    'recordings',
    `container, codec, duration_seconds, sample_rate, channels, bitrate`,
    `'wav', 'PCM', 1, 1, 1, 1`,
  ],
  ['/api/export', 'exports', `format, title`, `'txt', 't'`],
] as const;

describe.each(SHELVES)('GET %s', (path, table, columns, values) => {
  /** Three a microsecond apart from the next three, all within one millisecond. */
  const fill = (user: string, from: number, to: number) =>
    product.sql.query(
      `INSERT INTO library.${table} (id, user_id, filename, bytes, sha256, created_at, ${columns})
       SELECT gen_random_uuid(), $1, 'file ' || n, 1, 'x',
              timestamptz '2026-11-27T10:00:00Z' + (n / 3) * interval '1 microsecond', ${values}
         FROM generate_series($2::int, $3::int) n`,
      [user, from, to],
    );
  const page = async (user: string, query: string) => (await product.call(user, `${path}?${query}`)).body;

  test('comes in pages, newest first, each of them once, whatever is stored or deleted meanwhile', async () => {
    const user = `pages-${table}`;
    await fill(user, 0, 19);
    const seen: string[] = [];
    let { data, nextCursor } = await page(user, 'limit=4');
    while (nextCursor !== null) {
      expect(data).toHaveLength(4);
      seen.push(...data.map(({ filename }: { filename: string }) => filename));
      // Newer ones come, and the very one at which the next page begins goes.
      await fill(user, 100 + seen.length, 101 + seen.length);
      await product.sql.query(`DELETE FROM library.${table} WHERE id = $1`, [data.at(-1).id]);
      ({ data, nextCursor } = await page(user, `limit=4&cursor=${nextCursor}`));
    }
    seen.push(...data.map(({ filename }: { filename: string }) => filename));
    expect(seen).toHaveLength(20);
    expect(new Set(seen).size).toBe(20);
    const groups = seen.map((name) => Math.floor(Number(name.split(' ')[1]) / 3));
    expect(groups).toEqual([...groups].sort((a, b) => b - a));
  });

  test('has fifty a page, 200 at most, and an end', async () => {
    const user = `fifty-${table}`;
    await fill(user, 1, 60);
    const first = await page(user, '');
    expect([first.data.length, typeof first.nextCursor]).toEqual([50, 'string']);
    const rest = await page(user, `cursor=${first.nextCursor}`);
    expect([rest.data.length, rest.nextCursor]).toEqual([10, null]);
    expect((await page(user, 'limit=60')).nextCursor).toBe(null);
    expect((await page('nobody', '')).data).toEqual([]);
  });

  test.each([
    'limit=0',
    'limit=201',
    'limit=1e2',
    'limit=1&limit=2',
    'cursor=',
    'cursor=v1',
    'cursor=v1.x',
    'of=me',
  ])('refuses ?%s', async (query) => {
    const { status, body } = await product.call('alice', `${path}?${query}`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  test('takes no cursor for a look at somebody else’s', async () => {
    const user = `owner-${table}`;
    await fill(user, 1, 3);
    const { nextCursor } = await page(user, 'limit=1');
    expect((await page('stranger', `cursor=${nextCursor}`)).data).toEqual([]);
  });
});
