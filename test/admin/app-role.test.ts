import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openProduct, upload, type Product } from '../app/product.js';
import { createTestDatabase, hasSuperuser, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

const login = `app_${randomBytes(6).toString('hex')}`;
const admin = { app_metadata: { role: 'admin' } };
let database: TestDatabase;
let superuser: pg.Client;
let product: Product;

const testAsSuperuser = hasSuperuser ? test : test.skip;

beforeAll(async () => {
  database = await createTestDatabase();
  if (!hasSuperuser) return;
  superuser = new pg.Client(database.superuserUrl);
  await superuser.connect();
  // The owner has brought the database up to date (test/support); the app finds nothing to do there.
  await superuser.query(`
    CREATE ROLE ${login} LOGIN PASSWORD '${login}' IN ROLE credits_app;
    REVOKE ALL ON SCHEMA public FROM PUBLIC`);
  const url = new URL(database.url);
  [url.username, url.password] = [login, login];
  product = await openProduct({ DATABASE_URL: url.href });
});
afterAll(async () => {
  await product?.close();
  await superuser?.query(`DROP ROLE ${login}`);
  await superuser?.end();
  await database.drop();
});

const asJson = (body: object, method = 'POST') => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const post = (path: string, body: object, method = 'POST') =>
  product.call('root', `/api/admin/${path}`, asJson(body, method), admin);

testAsSuperuser('an app that may do no more than the role credits_app does everything', async () => {
  const reason = 'by a role that owns nothing';
  expect((await post('wallets/alice/grants', { amount: 10, reason })).status).toBe(201);
  const { body: document, status } = await product.call('alice', '/api/upload/txt', upload('A text'));
  expect(status).toBe(201);
  const bundle = { format: 'json', documentIds: [document.id] };
  const { body: made } = await product.call('alice', '/api/export', asJson(bundle));
  expect((await product.call('alice', made.downloadUrl)).status).toBe(200);
  const { body } = await product.call('root', '/api/admin/wallets/alice', {}, admin);
  expect((await post(`entries/${body.entries[0].id}/refund`, { reason })).status).toBe(201);
  expect((await post('wallets/alice/adjustments', { amount: -1, reason })).status).toBe(201);
  expect((await post('gifts', { key: 'spring', amount: 1, reason })).status).toBe(202);
  const report = async () => (await product.call('root', '/api/admin/gifts/spring', {}, admin)).body;
  await until(async () => (await report()).state === 'done');
  expect(await post('wallets/alice/person', { reason }, 'DELETE')).toMatchObject({
    status: 200,
    body: { wallet: { balance: 10 }, deleted: { documents: 1, exports: 1 } },
  });
  expect((await product.call('root', '/api/admin/integrity', {}, admin)).body.ok).toBe(true);
  await expect(product.sql.query(`UPDATE credits.entries SET reason = 'mine'`)).rejects.toMatchObject({
    code: '42501',
  });
});
