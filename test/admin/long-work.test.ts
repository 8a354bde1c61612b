import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openProduct, type Product } from '../app/product.js';
import { until } from '../support/until.js';
import { ADMIN, CLAIMS, json } from './desk.js';

const LIMIT_MS = 300;

/** Work that grows with all that is stored: neither the deadline of a request nor that of a statement is for it. */
describe('work that takes longer than a request may', () => {
  let product: Product;
  beforeAll(async () => {
    product = await openProduct({}, LIMIT_MS);
  });
  afterAll(() => product.close());

  const ask = (path: string, init: RequestInit = {}) =>
    product.call(ADMIN, `/api/admin/${path}`, init, CLAIMS);

  /** What becomes of it when it waits for a table until the limit is well past. */
  async function whileLocked<T>(table: string, work: () => Promise<T>): Promise<T> {
    const client = await product.sql.connect();
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const begun = performance.now();
    const done = work();
    await until(() => performance.now() - begun > 2 * LIMIT_MS);
    await client.query('COMMIT');
    client.release();
    return done;
  }

  test('is an erasure, which is finished', async () => {
    const userId = `long-${randomUUID()}`;
    await product.open(userId, 5);
    const path = `wallets/${userId}/person`;
    const { status, body } = await whileLocked('credits.erasures', () =>
      ask(path, json('DELETE', { reason: 'asked for it' })),
    );
    expect([status, body.wallet.balance]).toEqual([200, 5]);
  });

  test('is the check of the books, which is finished', async () => {
    const { status, body } = await whileLocked('credits.refunds', () => ask('integrity'));
    expect([status, body.ok]).toEqual([200, true]);
  });

  test('is nothing else: the history of a wallet is not waited for', async () => {
    const userId = `long-${randomUUID()}`;
    await product.open(userId, 5);
    const { status, body } = await whileLocked('credits.refunds', () => ask(`wallets/${userId}/entries`));
    expect([status, body.code]).toEqual([503, 'credits_unavailable']);
  });
});
