import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrateLibrary } from '../../src/library/migrations.js';
import { openProduct, upload, type Product } from '../app/product.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

const login = `app_${randomBytes(6).toString('hex')}`;
const admin = { app_metadata: { role: 'admin' } };
let database: TestDatabase;
let owner: pg.Client;
let product: Product;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client(database.url);
  await owner.connect();
  await owner.query(`CREATE ROLE ${login} LOGIN PASSWORD '${login}' IN ROLE credits_app`);
  // An owner brings the database up to date; the app finds nothing to do there.
  await migrateLibrary(owner);
  const url = new URL(database.url);
  [url.username, url.password] = [login, login];
  product = await openProduct({ DATABASE_URL: url.href });
});
afterAll(async () => {
  await product.close();
  await owner.query(`DROP ROLE ${login}`);
  await owner.end();
  await database.drop();
});

const post = (path: string, body: object, method = 'POST') =>
  product.call(
    'root',
    `/api/admin/${path}`,
    { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    admin,
  );

test('an app that may do no more than the role credits_app does all of an operator’s work', async () => {
  const reason = 'by a role that owns nothing';
  expect((await post('wallets/alice/grants', { amount: 10, reason })).status).toBe(201);
  expect((await product.call('alice', '/api/upload/txt', upload('A text'))).status).toBe(201);
  const { body } = await product.call('root', '/api/admin/wallets/alice', {}, admin);
  expect((await post(`entries/${body.entries[0].id}/refund`, { reason })).status).toBe(201);
  expect((await post('wallets/alice/adjustments', { amount: -1, reason })).status).toBe(201);
  expect((await post('gifts', { key: 'spring', amount: 1, reason })).status).toBe(202);
  const report = async () => (await product.call('root', '/api/admin/gifts/spring', {}, admin)).body;
  await until(async () => (await report()).state === 'done');
  expect(await post('wallets/alice/person', { reason }, 'DELETE')).toMatchObject({
    status: 200,
    body: { wallet: { balance: 10 }, deleted: { documents: 1 } },
  });
  expect((await product.call('root', '/api/admin/integrity', {}, admin)).body.ok).toBe(true);
  await expect(product.sql.query(`UPDATE credits.entries SET reason = 'mine'`)).rejects.toMatchObject({
    code: '42501',
  });
});
