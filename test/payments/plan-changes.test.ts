import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PLANS, Subscriber } from './plan-shop.js';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open(PLANS);
});
afterAll(() => shop.close());

const priceOf = (amount: number) => {
  const price = [...shop.stripe.plans.prices.values()].find(({ unit_amount }) => unit_amount === amount);
  return price!;
};

describe('a plan that is changed', () => {
  test('to a dearer one is paid in full and gives all of it now; what is left of the old one stays', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    const key = randomUUID();
    const changed = await one.change('AGENCY', key);
    expect(changed).toMatchObject({ status: 200, body: { plan: 'AGENCY', amount: 2000 } });
    expect((await one.change('AGENCY', key)).text).toBe(changed.text);
    await one.hear();
    await shop.sweep();
    expect(await one.entries()).toEqual(['grant 1000', 'grant 3000']);
    expect(await one.purchases()).toMatchObject([{ offer: 'AGENCY', paidAmount: 2000 }, { offer: 'PRO' }]);
  });

  test('is what it was when the bank refuses', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    shop.stripe.plans.isDeclining = true;
    expect(await one.change('AGENCY')).toMatchObject({ status: 409, body: { code: 'plan_not_open' } });
    shop.stripe.plans.isDeclining = false;
    expect(await one.state()).toMatchObject({ plan: 'PRO', state: 'active' });
    expect((await one.purchases())[0]).toMatchObject({ offer: 'AGENCY', state: 'failed' });
    expect((await one.change('AGENCY')).status).toBe(200);
  });

  test.each(['500 after', 'cut off after'] as const)(
    'is found by a look when the answer is lost (%s)',
    async (kind) => {
      const one = await Subscriber.of(shop, 'PRO');
      shop.stripe.troubles = [{ request: /POST .*subscriptions\/sub/, times: 2, kind }];
      expect((await one.change('AGENCY')).status).toBe(503);
      shop.stripe.troubles = [];
      await one.hear();
      expect(await one.entries()).toEqual(['grant 1000', 'grant 3000']);
      expect(await one.purchases()).toHaveLength(2);
    },
    30_000,
  );

  test('to a cheaper one changes nothing before the next invoice', async () => {
    const one = await Subscriber.of(shop, 'AGENCY', 31);
    expect(await one.change('PRO')).toMatchObject({ status: 200, body: { plan: 'PRO' } });
    expect(await one.entries()).toEqual(['grant 3000']);
    shop.stripe.plans.renew(one.subscription);
    await one.hear();
    expect((await one.entries()).filter((entry) => entry.startsWith('grant'))).toEqual([
      'grant 3000',
      'grant 1000',
    ]);
  });

  test('back to the one that was paid for this period is not paid again', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    for (const offer of ['AGENCY', 'PRO', 'AGENCY', 'PRO', 'AGENCY']) {
      expect(await one.change(offer)).toMatchObject({ status: 200, body: { plan: offer } });
    }
    await one.hear();
    expect(await one.entries()).toEqual(['grant 1000', 'grant 3000']);
    expect(await one.purchases()).toMatchObject([{ paidAmount: 2000 }, { paidAmount: 900 }]);
  });

  test('in the dashboard, up and down and up again, gives no more credits than money pays for', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    await (await Subscriber.of(shop, 'AGENCY')).state();
    const { plans } = shop.stripe;
    for (const amount of [2000, 900, 2000, 900]) {
      plans.changeInDashboard(one.subscription, priceOf(amount));
      await one.hear();
    }
    const bought = (await one.purchases()).reduce(
      (sum: number, { credits }: { credits: number }) => sum + credits,
      0,
    );
    const paid = (await one.purchases()).reduce(
      (sum: number, each: { paidAmount: number }) => sum + each.paidAmount,
      0,
    );
    // 9.00 at first, and 5.50 for the better half of a month of the dearer one, once.
    expect(paid).toBe(900 + 550);
    expect(bought).toBe(1000 + Math.floor((3000 * 550) / 2000));
    expect(await one.available()).toBe(bought);
  });

  test('a year is not left before it is over, and nobody has two plans', async () => {
    const one = await Subscriber.of(shop, 'YEARLY');
    expect(await one.change('PRO')).toMatchObject({ status: 409, body: { code: 'plan_not_open' } });
    expect(await shop.buy(one.user, 'PRO')).toMatchObject({ status: 409, body: { code: 'plan_not_open' } });
    expect((await one.change('STARTER')).body).toMatchObject({ code: 'offer_unknown' });
    const other = await Subscriber.of(shop, 'PRO');
    const { id } = await other.state();
    const path = `/api/credits/subscriptions/${id}/plan`;
    const body = JSON.stringify({ offer: 'AGENCY' });
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    expect((await shop.product.call(one.user, path, init)).status).toBe(404);
  });
});

describe('a plan that is cancelled', () => {
  test('runs to the end of what was paid, and ends once for all', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    shop.stripe.plans.cancelAtPeriodEnd(one.subscription);
    await one.hear();
    const { state, cancelsAt, paidUntil } = await one.state();
    expect([state, cancelsAt]).toEqual(['active', paidUntil]);
    shop.stripe.plans.end(one.subscription);
    await one.hear();
    expect(await one.state()).toMatchObject({ state: 'ended', endedAt: expect.any(String) });
    expect(await one.available()).toBe(1000);
    // Whatever is said of it afterwards.
    shop.stripe.plans.subscriptions.get(one.subscription)!.status = 'active';
    await shop.deliver([{ ...eventAbout(one.subscription), type: 'customer.subscription.updated' }]);
    expect(await one.state()).toMatchObject({ state: 'ended' });
  });

  test('stays so when an older look comes back later', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    const other = await shop.another(PLANS);
    try {
      shop.stripe.troubles = [{ request: /GET .*subscriptions\/sub/, times: 1, kind: 'late' }];
      const older = other.product.call(one.user, '/api/credits/subscriptions');
      await shop.stripe.isAsked();
      shop.stripe.plans.cancelAtPeriodEnd(one.subscription);
      expect((await one.state()).cancelsAt).not.toBeNull();
      shop.stripe.letGo();
      await older;
      const sql = 'SELECT cancels_at IS NOT NULL AS "isCancelled" FROM payments.subscriptions WHERE ref = $1';
      expect((await shop.product.sql.query(sql, [one.subscription])).rows).toEqual([{ isCancelled: true }]);
    } finally {
      shop.stripe.letGo();
      await other.product.close();
    }
  });

  test('is cancelled, and its card mended, at the provider’s page', async () => {
    const [one, other] = [await Subscriber.of(shop, 'PRO'), await Subscriber.of(shop, 'PRO')];
    const portal = ({ user } = one) => shop.product.call(user, '/api/credits/portal', { method: 'POST' });
    for (const each of [one, other]) {
      const { customer } = shop.stripe.plans.subscriptions.get(each.subscription)!;
      const url = `https://billing.stripe.example/${customer}`;
      expect(await portal(each)).toMatchObject({ status: 200, body: { url } });
      expect((await portal(each)).body.url).toBe(url);
    }
    expect((await portal(other)).body.url).not.toBe((await portal(one)).body.url);
    const away = { request: /POST .*billing_portal/, times: 2, kind: '500 before' as const };
    shop.stripe.troubles = [away];
    expect(await portal()).toMatchObject({ status: 503, body: { code: 'payments_unavailable' } });
    shop.stripe.troubles = [];
  });
});

describe('somebody who is erased', () => {
  test('has no plan any more: it ends at the provider first, and where that is away nobody is erased', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    shop.stripe.troubles = [{ request: /DELETE .*subscriptions/, times: 2, kind: '500 before' }];
    expect(await shop.erase(one.user)).toMatchObject({ status: 503, body: { code: 'payments_unavailable' } });
    expect(await one.available()).toBe(1000);
    expect(await one.state()).toMatchObject({ state: 'active' });
    shop.stripe.troubles = [];
    expect((await shop.erase(one.user)).status).toBe(200);
    expect(shop.stripe.plans.subscriptions.get(one.subscription)!.status).toBe('canceled');
    const { rows } = await shop.product.sql.query(
      'SELECT count(*)::int AS left FROM payments.subscriptions s, payments.customers c WHERE $1 IN (s.user_id, c.user_id)',
      [one.user],
    );
    expect(rows).toEqual([{ left: 0 }]);
  });

  test('pays for nobody when money comes all the same: it is suspect, and the plan ends', async () => {
    const one = await Subscriber.of(shop, 'PRO', 31);
    await shop.erase(one.user);
    const { plans } = shop.stripe;
    plans.subscriptions.get(one.subscription)!.status = 'active';
    plans.renew(one.subscription);
    await one.hear();
    const { body } = await shop.admin('GET', 'purchases?state=suspect');
    expect(body.data).toContainEqual(
      expect.objectContaining({ userId: expect.stringMatching(/^erased:/), paidAmount: 900, offer: 'PRO' }),
    );
    expect(plans.subscriptions.get(one.subscription)!.status).toBe('canceled');
  });

  test('cannot pay at a checkout that was open', async () => {
    const user = somebody();
    const { ref } = await shop.begin(user, 'PRO');
    expect((await shop.erase(user)).status).toBe(200);
    expect(shop.stripe.sessions.get(ref)!.status).toBe('expired');
  });
});

function eventAbout(subscription: string) {
  return {
    id: `evt_${randomUUID()}`,
    object: 'event' as const,
    type: 'customer.subscription.updated' as const,
    created: Math.floor(Date.now() / 1000),
    data: { object: { object: 'subscription', id: subscription, metadata: {} } },
  };
}
