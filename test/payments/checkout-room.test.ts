import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open();
});
afterEach(() => {
  shop.stripe.troubles = [];
});
afterAll(() => shop.close());

const away = () => {
  shop.stripe.troubles = [{ request: /POST .*sessions/, times: 999, kind: '500 before' }];
};
const statusesOf = async (user: string, times: number) =>
  (await Promise.all(Array.from({ length: times }, () => shop.buy(user)))).map(({ status }) => status);
const count = async (user: string, which = 'true') => {
  const sql = `SELECT count(*)::int AS n FROM payments.purchases WHERE user_id = $1 AND ${which}`;
  return (await shop.product.sql.query(sql, [user])).rows[0].n as number;
};

describe('a provider that is away', () => {
  test('locks nobody out, however often they tried, and their failures do not pile up', async () => {
    const user = somebody();
    away();
    for (let n = 0; n < 6; n += 1) expect(new Set(await statusesOf(user, 4))).toEqual(new Set([503]));
    expect(await count(user)).toBeLessThanOrEqual(4);
    shop.stripe.troubles = [];
    expect(await statusesOf(user, 20)).toEqual(Array(20).fill(201));
    expect((await shop.buy(user)).status).toBe(429);
  }, 30_000);

  test('and another pack, or another price, is another purchase', async () => {
    const user = somebody();
    away();
    for (const offer of ['STARTER', 'STUDIO', 'YEAR']) expect((await shop.buy(user, offer)).status).toBe(503);
    await shop.product.sql.query(
      'UPDATE payments.purchases SET amount = 499 WHERE user_id = $1 AND offer = $2',
      [user, 'STARTER'],
    );
    shop.stripe.troubles = [];
    for (const offer of ['STUDIO', 'YEAR', 'STARTER']) {
      expect((await shop.buy(user, offer)).body).toMatchObject({
        offer,
        amount: offer === 'STUDIO' ? 2000 : 500,
      });
    }
    expect(await count(user)).toBe(4);
  });

  test('a key whose room was taken meanwhile waits for room, and has a checkout of its own then', async () => {
    const user = somebody();
    const key = randomUUID();
    away();
    expect((await shop.buy(user, 'STUDIO', key)).status).toBe(503);
    shop.stripe.troubles = [];
    await statusesOf(user, 20);
    expect((await shop.buy(user, 'STUDIO', key)).status).toBe(429);
    await shop.product.sql.query(
      `UPDATE payments.purchases SET state = 'expired' WHERE user_id = $1 AND offer = 'STARTER'`,
      [user],
    );
    expect((await shop.buy(user, 'STUDIO', key)).body).toMatchObject({ state: 'open', offer: 'STUDIO' });
  });
});

test('forty requests at once open as many checkouts as there may be', async () => {
  const user = somebody();
  const statuses = await statusesOf(user, 40);
  expect(statuses.filter((status) => status === 201)).toHaveLength(20);
  expect(await count(user, 'session_ref IS NOT NULL')).toBe(20);
  expect(await count(user)).toBe(20);
});
