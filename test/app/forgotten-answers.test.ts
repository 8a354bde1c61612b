import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Sweeper } from '../../src/credits/upkeep/sweeper.js';
import { openProduct, upload, type Product } from './product.js';

let product: Product;

beforeAll(async () => {
  product = await openProduct();
  await product.open('alice', 10);
});
afterAll(() => product.close());

const uploadOnce = () =>
  product.call('alice', '/api/upload/txt', upload('a text', 'a.txt', { 'idempotency-key': 'only-once' }));
const age = (hours: number) =>
  product.sql.query('UPDATE credits.answers SET created_at = now() - make_interval(hours => $1)', [hours]);
const forget = () => product.app.get(Sweeper, { strict: false }).forget();

test('repeats an answer for a day, and after that says that its key is spent: never a second charge', async () => {
  const first = await uploadOnce();
  expect(first.status).toBe(201);
  await age(23);
  await forget();
  const again = await uploadOnce();
  expect([again.status, again.text]).toEqual([201, first.text]);

  await age(25);
  await forget();
  const spent = await uploadOnce();
  expect([spent.status, spent.body.code]).toEqual([409, 'idempotency_key_spent']);
  expect(await product.balance('alice')).toMatchObject({ balance: 7, held: 0 });
  expect((await product.call('alice', '/api/documents')).body.data).toHaveLength(1);
});

test('forgets as many as there are, and never a claim of a request that still runs', async () => {
  await product.sql.query(
    `INSERT INTO credits.answers (user_id, key, route, status, headers, body, created_at)
     SELECT 'bob', 'old-' || n, 'POST /x', 201, '{}', '{}', now() - interval '2 days' FROM generate_series(1, 1234) n;
     INSERT INTO credits.answers (user_id, key, route, claimed_until, created_at)
     VALUES ('bob', 'running', 'POST /x', now() + interval '1 minute', now() - interval '2 days'),
            ('bob', 'crashed', 'POST /x', now() - interval '1 minute', now() - interval '2 days')`,
  );
  await forget();
  const { rows } = await product.sql.query(`SELECT key FROM credits.answers WHERE user_id = 'bob'`);
  expect(rows).toEqual([{ key: 'running' }]);
});
