import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PLANS } from './plan-shop.js';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open(PLANS);
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
/** Asked again where a machine that is busy says so. */
const decided = async (user: string) => {
  const { status } = await shop.buy(user);
  return status === 503 ? (await shop.buy(user)).status : status;
};
const decidedOf = (user: string, times: number) =>
  Promise.all(Array.from({ length: times }, () => decided(user)));
const count = async (user: string, which = 'true') => {
  const sql = `SELECT count(*)::int AS n FROM payments.purchases WHERE user_id = $1 AND ${which}`;
  return (await shop.product.sql.query(sql, [user])).rows[0].n as number;
};

/** What the provider would still let somebody pay. */
const openPlansOf = async (user: string) => {
  const sql = `SELECT session_ref FROM payments.purchases WHERE user_id = $1 AND session_ref IS NOT NULL`;
  const { rows } = await shop.product.sql.query(sql, [user]);
  const refs: string[] = rows.map((row) => row.session_ref);
  return refs.filter((ref) => shop.stripe.sessions.get(ref)!.status === 'open');
};

describe('a provider that is away', () => {
  test('locks nobody out, however often they tried, and their failures do not pile up', async () => {
    const user = somebody();
    away();
    for (let n = 0; n < 6; n += 1) expect(new Set(await statusesOf(user, 4))).toEqual(new Set([503]));
    expect(await count(user)).toBeLessThanOrEqual(4);
    shop.stripe.troubles = [];
    expect(await decidedOf(user, 20)).toEqual(Array(20).fill(201));
    expect((await shop.buy(user)).status).toBe(429);
  });

  test('and another pack, price or currency is another purchase', async () => {
    const user = somebody();
    away();
    for (const offer of ['STARTER', 'STUDIO', 'YEAR']) expect((await shop.buy(user, offer)).status).toBe(503);
    for (const [offer, change] of [
      ['STARTER', 'amount = 499'],
      ['STUDIO', `currency = 'USD'`],
    ]) {
      const sql = `UPDATE payments.purchases SET ${change} WHERE user_id = $1 AND offer = $2`;
      await shop.product.sql.query(sql, [user, offer]);
    }
    shop.stripe.troubles = [];
    for (const offer of ['STUDIO', 'YEAR', 'STARTER']) {
      expect((await shop.buy(user, offer)).body).toMatchObject({
        offer,
        amount: offer === 'STUDIO' ? 2000 : 500,
        currency: 'EUR',
      });
    }
    expect(await count(user)).toBe(5);
  });

  test('and plans are tried again, too: one row, and the same price and trial when it is back', async () => {
    const user = somebody();
    away();
    for (let n = 0; n < 5; n += 1) expect((await shop.buy(user, 'TRIED')).status).toBe(503);
    expect(await count(user)).toBe(1);
    shop.stripe.troubles = [];
    const { id } = await shop.begin(user, 'TRIED');
    expect(await shop.look(user, id)).toMatchObject({
      state: 'open',
      offer: 'TRIED',
      credits: 50,
      amount: 0,
    });
    expect(await count(user)).toBe(1);
  });

  test('and another plan, or one of other terms, is another purchase: the first one has ended', async () => {
    const user = somebody();
    away();
    expect((await shop.buy(user, 'PRO')).status).toBe(503);
    shop.stripe.troubles = [];
    const { id } = await shop.begin(user, 'AGENCY');
    expect(await shop.look(user, id)).toMatchObject({ state: 'open', offer: 'AGENCY', amount: 2000 });
    expect([await count(user), await count(user, `state = 'expired'`)]).toEqual([2, 1]);
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

test('of two plans whose checkouts are made at once one closes: nobody can pay at both', async () => {
  const user = somebody();
  shop.stripe.troubles = [{ request: /POST .*sessions$/, times: 1, kind: 'late' }];
  const first = shop.buy(user, 'PRO');
  await shop.stripe.isAsked();
  const { ref } = await shop.begin(user, 'AGENCY');
  shop.stripe.letGo();
  expect(await first).toMatchObject({ status: 409, body: { code: 'plan_not_open' } });
  const { body } = await shop.product.call(user, '/api/credits/purchases');
  expect(body.data.map(({ state }: { state: string }) => state)).toEqual(['open', 'expired']);
  expect(await openPlansOf(user)).toEqual([ref]);
});

test('forty requests at once open as many checkouts as there may be', async () => {
  const user = somebody();
  const statuses = await decidedOf(user, 40);
  expect(statuses.filter((status) => status === 201)).toHaveLength(20);
  expect(await count(user, 'session_ref IS NOT NULL')).toBe(20);
  expect(await count(user)).toBe(20);
});
