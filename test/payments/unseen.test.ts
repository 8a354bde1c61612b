import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { PurchaseSweeper } from '../../src/payments/index.js';
import { PLANS, Subscriber } from './plan-shop.js';
import { StripeShop, somebody } from './stripe-shop.js';

// What nobody can look at: sold with a test key before the live one, or by the demo before Stripe.

let shop: StripeShop;
const told = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);

beforeAll(async () => {
  shop = await StripeShop.open(PLANS);
});
afterAll(() => shop.close());
afterEach(() => void told.mockClear());

const age = (id: string, by: string) =>
  shop.product.sql.query(
    `UPDATE payments.purchases SET created_at = created_at - $2::interval, look_due_at = now(),
            session_expires_at = session_expires_at - $2::interval WHERE id = $1`,
    [id, by],
  );
const moveTo = (provider: string, table: 'purchases' | 'subscriptions', user: string) =>
  shop.product.sql.query(`UPDATE payments.${table} SET provider = $1 WHERE user_id = $2`, [provider, user]);
const stateOf = async (id: string) => (await shop.admin('GET', `purchases/${id}`)).body.state;

describe.each([
  ['that the provider does not know', (_user: string, ref: string) => void shop.stripe.sessions.delete(ref)],
  ['of a provider that is not in use', (user: string) => moveTo('demo', 'purchases', user)],
])('a checkout %s', (_what, lose) => {
  const lost = async (offer?: string) => {
    const user = somebody();
    const { id, ref } = await shop.begin(user, offer);
    await lose(user, ref);
    return { user, id };
  };

  test('is open as long as it would be there, and has ended then', async () => {
    const { user, id } = await lost();
    expect(await shop.look(user, id)).toMatchObject({ state: 'open' });
    await age(id, '25 hours');
    expect(await shop.look(user, id)).toMatchObject({ state: 'expired' });
  });

  test('ends without anybody asking, too', async () => {
    const { id } = await lost();
    await shop.sweep();
    expect(await stateOf(id)).toBe('open');
    await age(id, '25 hours');
    await shop.sweep();
    expect(await stateOf(id)).toBe('expired');
  });

  test('at which the buyer has done their part waits for the bank as long as one takes', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    shop.stripe.payLater(ref);
    await shop.look(user, id);
    await lose(user, ref);
    await age(id, '20 days');
    expect(await shop.look(user, id)).toMatchObject({ state: 'open', pending: true });
    await age(id, '3 days');
    expect(await shop.look(user, id)).toMatchObject({ state: 'expired' });
  });

  test('of a plan keeps nobody from a plan, nor from being erased', async () => {
    const { user, id } = await lost('PRO');
    const { id: second } = await shop.begin(user, 'AGENCY');
    expect([await stateOf(id), await stateOf(second)]).toEqual(['expired', 'open']);
    await lose(user, [...shop.stripe.sessions.keys()].at(-1)!);
    expect((await shop.erase(user)).status).toBe(200);
    expect(await stateOf(second)).toBe('expired');
  });

  test('that was paid stays paid; operators are told why nothing can be done there', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    await lose(user, ref);
    expect(await shop.lookAgain(id)).toMatchObject({
      status: 503,
      body: {
        code: 'payments_unavailable',
        detail: expect.stringMatching(/does not know it|sold through demo/),
      },
    });
    expect(await shop.refund(id, { unused: true })).toMatchObject({
      status: 409,
      body: { code: 'purchase_not_refundable' },
    });
    expect(await stateOf(id)).toBe('paid');
    expect(await shop.wallet(user)).toEqual({ available: 500, owed: 0, held: 0 });
  });
});

test('a payment that the provider does not know any more is reported', async () => {
  const { id, ref } = await shop.bought(somebody());
  shop.stripe.sessions.delete(ref);
  await shop.lookAgain(id);
  expect(told).toHaveBeenCalledWith(
    expect.stringMatching(new RegExp(`${id} was paid, and stripe does not know`)),
  );
});

describe('a subscription', () => {
  test('that the provider does not know ends when no payment can come for it any more', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    shop.stripe.plans.subscriptions.delete(one.subscription);
    expect(await shop.buy(one.user, 'AGENCY')).toMatchObject({
      status: 409,
      body: { code: 'plan_not_open' },
    });
    expect(await one.state()).toMatchObject({ state: 'active' });
    await shop.product.sql.query(
      `UPDATE payments.subscriptions SET paid_until = now() - interval '22 days' WHERE user_id = $1`,
      [one.user],
    );
    expect((await shop.buy(one.user, 'AGENCY')).status).toBe(201);
    expect(await one.state()).toMatchObject({ state: 'ended' });
  });

  test('that the provider does not know is not in the way of an erasure', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    shop.stripe.plans.subscriptions.delete(one.subscription);
    expect((await shop.erase(one.user)).status).toBe(200);
  });

  test('of the demo is in the way of nothing; one behind which a card may be is not left alone', async () => {
    const [demo, other] = [await Subscriber.of(shop, 'PRO'), await Subscriber.of(shop, 'PRO')];
    await moveTo('demo', 'subscriptions', demo.user);
    expect((await shop.buy(demo.user, 'AGENCY')).status).toBe(201);
    expect((await shop.erase(demo.user)).status).toBe(200);
    await moveTo('paddle', 'subscriptions', other.user);
    expect(await shop.erase(other.user)).toMatchObject({
      status: 503,
      body: { code: 'payments_unavailable', detail: expect.stringContaining('sold through paddle') },
    });
    expect(await other.available()).toBe(1000);
  });
});

test('prices and customers of a test key are not those of a live one; with either key again they are the same', async () => {
  const user = somebody();
  const { plans } = shop.stripe;
  await shop.begin(user, 'YEARLY');
  const made = [plans.prices.size, plans.customers.size];
  const live = await shop.another({ STRIPE_SECRET_KEY: 'sk_live_x' });
  try {
    await live.begin(user, 'YEARLY');
    await shop.begin(user, 'YEARLY');
    await live.begin(user, 'YEARLY');
    expect([plans.prices.size, plans.customers.size]).toEqual(made.map((count) => count + 1));
  } finally {
    await live.product.close();
  }
});

describe('what the provider refuses for good', () => {
  const refusing = async <T>(request: RegExp, act: () => Promise<T>): Promise<T> => {
    shop.stripe.troubles = [{ request, times: 99, kind: 'refused' }];
    try {
      return await act();
    } finally {
      shop.stripe.troubles = [];
    }
  };

  test('is not called a provider that is away: its reason is for operators, and the same key works when it is mended', async () => {
    const [user, key] = [somebody(), randomUUID()];
    const refused = await refusing(/POST .*sessions/, () => shop.buy(user, 'STARTER', key));
    expect(refused).toMatchObject({ status: 503, body: { code: 'payments_unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('3600');
    expect(refused.text).not.toMatch(/just now|double/i);
    expect(told).toHaveBeenCalledWith(expect.stringContaining('The double says 400'));
    expect((await shop.buy(user, 'STARTER', key)).status).toBe(201);
    const { body } = await shop.product.call(user, '/api/credits/purchases');
    expect(body.data.map(({ state }: { state: string }) => state)).toEqual(['open', 'expired']);
  });

  test('of a change of plan is in the way of no other change', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    const refused = await refusing(/POST .*subscriptions/, () => one.change('AGENCY'));
    expect(refused).toMatchObject({ status: 503, body: { code: 'payments_unavailable' } });
    expect(await one.change('AGENCY')).toMatchObject({ status: 200, body: { plan: 'AGENCY' } });
  });
});

test('where nothing is sold, looking at everything is refused in words', async () => {
  const off = await shop.another({ PAYMENTS: 'off' });
  try {
    await expect(off.product.app.get(PurchaseSweeper).sweep({ all: true })).rejects.toThrow('PAYMENTS=off');
  } finally {
    await off.product.close();
  }
});

test('no row is stuck: whatever fails on the way, each has ended, or is looked at, in the end', async () => {
  const [buyer, payer] = [somebody(), somebody()];
  const { id: paid, ref } = await shop.begin(payer);
  shop.stripe.pay(ref);
  shop.stripe.troubles = [{ request: new RegExp(`^POST|${ref}`), times: 99, kind: '500 before' }];
  expect((await shop.buy(buyer)).status).toBe(503);
  await shop.sweep();
  shop.stripe.troubles = [];
  const { rows } = await shop.product.sql.query('SELECT id FROM payments.purchases WHERE user_id = $1', [
    buyer,
  ]);
  await age(rows[0].id, '25 hours');
  await shop.sweep();
  expect([await stateOf(rows[0].id), await stateOf(paid)]).toEqual(['expired', 'paid']);
  const stuck = `SELECT id, state FROM payments.purchases WHERE state = 'open' AND look_due_at IS NULL`;
  expect((await shop.product.sql.query(stuck)).rows).toEqual([]);
});
