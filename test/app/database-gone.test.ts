import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { makeOwnServer, type OwnServer } from '../database/own-server.js';
import { openProduct, upload, type Product } from './product.js';

let server: OwnServer;
let product: Product;

beforeAll(async () => {
  server = await makeOwnServer();
  await server.start();
  product = await openProduct({ DATABASE_URL: server.url });
});
afterAll(async () => {
  await product.close();
  await server.stop();
  server.remove();
});

test('answers 503 while the database is away, never 0 and never 402, and recovers without a restart', async () => {
  await product.open('alice', 10);
  const read = () => product.call('alice', '/api/credits');
  const pay = () =>
    product.call('alice', '/api/upload/txt', upload('a text', undefined, { 'idempotency-key': 'away-0001' }));
  expect((await read()).body.credits).toBe(10);

  await server.stop();
  for (const ask of [read, pay, read, pay]) {
    const { status, body, headers } = await ask();
    expect([status, body.code]).toEqual([503, 'credits_unavailable']);
    expect(headers.get('retry-after')).toBeTruthy();
    expect(body).not.toHaveProperty('available');
  }
  expect((await product.call(null, '/health/live')).status).toBe(200);
  expect((await product.call(null, '/health/ready')).status).toBe(503);

  await server.start();
  await until(async () => (await read()).status === 200, 10_000);
  expect((await read()).body.credits).toBe(10);
  await until(async () => (await pay()).status === 201, 10_000);
  expect((await pay()).headers.get('idempotent-replayed')).toBe('true');
  expect(await product.balance('alice')).toMatchObject({ balance: 7, held: 0 });
});
