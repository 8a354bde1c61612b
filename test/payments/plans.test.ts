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
const dayOf = (time: string) => Math.round((Date.parse(time) - Date.now()) / 86_400_000);

test('plans are offered beside packs, with what they cost each time', async () => {
  const { body } = await shop.product.call(null, '/api/credits/offers');
  const plans = body.offers.filter(({ kind }: { kind: string }) => kind === 'plan');
  expect(plans).toMatchObject([
    { offer: 'AGENCY', credits: 3000, amount: 2000, carry: 0 },
    { offer: 'PRO', credits: 1000, amount: 900, currency: 'EUR', interval: 'month', carry: 300, trial: null },
    { offer: 'TRIED', trial: { credits: 50, days: 7 } },
    { offer: 'YEARLY', credits: 1000, amount: 9000, interval: 'year' },
  ]);
});

describe('a plan that is paid', () => {
  test('gives its credits, each period once, however often and in whatever order it is told', async () => {
    const one = await Subscriber.of(shop, 'PRO', 31);
    expect(await one.entries()).toEqual(['grant 1000']);
    expect(await one.state()).toMatchObject({ plan: 'PRO', state: 'active', credits: 1000, amount: 900 });
    shop.stripe.plans.renew(one.subscription);
    await Promise.all([one.hear(), shop.sweep(), one.state(), shop.sweep()]);
    await one.hear();
    expect((await one.entries()).filter((entry) => entry === 'grant 1000')).toHaveLength(2);
    expect(await one.purchases()).toMatchObject([
      { offer: 'PRO', kind: 'plan', state: 'paid', credits: 1000, amount: 900, paidAmount: 900 },
      { id: one.purchase, state: 'paid' },
    ]);
  });

  test('gives them without any event, too', async () => {
    const one = await Subscriber.of(shop, 'PRO', 31);
    shop.stripe.plans.renew(one.subscription);
    shop.stripe.events.splice(0);
    await shop.sweep();
    expect((await one.entries()).filter((entry) => entry === 'grant 1000')).toHaveLength(2);
  });

  test('carries what is left over into the next period up to its cap; the rest lapses days after the old one', async () => {
    const one = await Subscriber.of(shop, 'PRO', 31);
    await one.spend(600);
    shop.stripe.plans.renew(one.subscription);
    await shop.sweep();
    // The cap is carried on; 100 more are good for three days, in which a card could have been mended.
    expect(await one.available()).toBe(1400);
    const { body } = await shop.product.call(one.user, '/api/credits/grants');
    expect(
      body.data.map(({ remaining, expiresAt }: { remaining: number; expiresAt: string }) => [
        remaining,
        dayOf(expiresAt) > 20,
      ]),
    ).toEqual([
      [100, false],
      [300, true],
      [1000, true],
    ]);
  });

  test('is what was shown when it was chosen, whatever its name stands for by then', async () => {
    const one = await Subscriber.of(shop, 'PRO', 31);
    const dearer = await shop.another({ ...PLANS, CREDIT_PLAN_PRO: '5 monthly for 99.00 EUR' });
    try {
      shop.stripe.plans.renew(one.subscription);
      await dearer.sweep();
      expect((await one.entries()).filter((entry) => entry === 'grant 1000')).toHaveLength(2);
    } finally {
      await dearer.product.close();
    }
  });

  test('burns before what was bought', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    await shop.bought(one.user);
    await one.spend(900);
    const { body } = await shop.product.call(one.user, '/api/credits/grants');
    expect(body.data.map(({ remaining }: { remaining: number }) => remaining)).toEqual([100, 500]);
  });
});

describe('a year that is paid at once', () => {
  test('gives the credits of a month each month, and says when the next come', async () => {
    const one = await Subscriber.of(shop, 'YEARLY', 70);
    // The third month runs; of the second no more than the cap is there.
    expect((await one.entries()).filter((entry) => entry === 'grant 1000')).toHaveLength(3);
    expect(await one.available()).toBe(1300);
    const { body } = await shop.product.call(one.user, '/api/credits');
    expect(body.nextRefill.credits).toBe(1000);
    expect(await one.purchases()).toMatchObject([{ credits: 12_000, amount: 9000, state: 'paid' }]);
  });

  test('gives back what is still to come first when money goes back, and gives it again when that comes back', async () => {
    const one = await Subscriber.of(shop, 'YEARLY');
    const { body: file } = await shop.admin('GET', `purchases/${one.purchase}`);
    expect(file.unused).toEqual({ credits: 12_000, amount: 9000, currency: 'EUR' });
    const refund = shop.stripe.refund(file.checkoutRef, 4500);
    expect((await shop.lookAgain(one.purchase)).body).toMatchObject({ reversed: 4500, creditsBack: 6000 });
    expect(await one.available()).toBe(1000);
    const rest = shop.stripe.refund(file.checkoutRef, 4500);
    expect((await shop.lookAgain(one.purchase)).body).toMatchObject({ creditsBack: 12_000 });
    expect(await one.available()).toBe(0);
    expect((await shop.product.call(one.user, '/api/credits')).body.nextRefill).toBeNull();
    for (const id of [refund, rest]) shop.stripe.failRefund(id);
    expect((await shop.lookAgain(one.purchase)).body).toMatchObject({ reversed: 0, creditsBack: 0 });
    expect(await one.available()).toBe(1000);
    expect((await shop.product.call(one.user, '/api/credits')).body.nextRefill.credits).toBe(1000);
  });

  test('an operator gives back what is unused: what was spent of this month stays paid', async () => {
    const one = await Subscriber.of(shop, 'YEARLY');
    await one.spend(400);
    const { status, body } = await shop.refund(one.purchase, { unused: true });
    expect([status, body.reversed, body.creditsBack]).toEqual([201, 8700, 11_600]);
    expect(await one.available()).toBe(0);
  });
});

describe('a trial', () => {
  test('gives its own credits, which end with it; the invoice over nothing gives none', async () => {
    const one = await Subscriber.of(shop, 'TRIED');
    await one.hear();
    await shop.sweep();
    expect(await one.entries()).toEqual(['grant 50']);
    expect(await one.state()).toMatchObject({ state: 'trialing' });
    const { body } = await shop.product.call(one.user, '/api/credits/grants');
    expect(dayOf(body.data[0].expiresAt)).toBe(7);
  });

  test('is followed by the plan when it is paid, and by nothing when it is not', async () => {
    const [paying, poor] = [await Subscriber.of(shop, 'TRIED', 6), await Subscriber.of(shop, 'TRIED', 6)];
    shop.stripe.plans.renew(paying.subscription);
    shop.stripe.plans.isDeclining = true;
    shop.stripe.plans.renew(poor.subscription);
    shop.stripe.plans.isDeclining = false;
    await paying.hear();
    expect(await paying.entries()).toEqual(['grant 50', 'grant 1000']);
    expect(await poor.entries()).toEqual(['grant 50']);
    expect(await poor.state()).toMatchObject({ state: 'past_due' });
  });

  test('comes once: whoever had a plan before pays at once', async () => {
    const one = await Subscriber.of(shop, 'TRIED');
    shop.stripe.plans.end(one.subscription);
    await one.hear();
    const { id } = await shop.begin(one.user, 'TRIED');
    expect((await one.purchases()).find((purchase: { id: string }) => purchase.id === id)).toMatchObject({
      credits: 1000,
      amount: 900,
    });
  });
});

describe('a payment that fails', () => {
  test('gives nothing and takes nothing; made later, it gives what the period gives', async () => {
    const one = await Subscriber.of(shop, 'PRO', 31);
    shop.stripe.plans.isDeclining = true;
    const invoice = shop.stripe.plans.renew(one.subscription);
    shop.stripe.plans.isDeclining = false;
    await one.hear();
    expect(await one.entries()).toEqual(['grant 1000']);
    // Three days in which a card can be mended.
    expect(await one.available()).toBe(1000);
    expect(await one.state()).toMatchObject({ state: 'past_due' });
    expect((await one.change('AGENCY')).body).toMatchObject({ code: 'plan_not_open' });
    shop.stripe.plans.payLate(invoice);
    await one.hear();
    expect((await one.entries()).filter((entry) => entry === 'grant 1000')).toHaveLength(2);
    expect(await one.state()).toMatchObject({ state: 'active' });
  });
});

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

  test('is cancelled, and its card mended, at the provider’s page', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    const portal = () => shop.product.call(one.user, '/api/credits/portal', { method: 'POST' });
    const { status, body } = await portal();
    expect([status, body.url]).toEqual([
      200,
      expect.stringMatching(/^https:\/\/billing\.stripe\.example\/cus_/),
    ]);
    expect((await portal()).body.url).toBe(body.url);
    const away = { request: /POST .*billing_portal/, times: 2, kind: '500 before' as const };
    shop.stripe.troubles = [away];
    expect(await portal()).toMatchObject({ status: 503, body: { code: 'payments_unavailable' } });
    shop.stripe.troubles = [];
  });
});

describe('what is told', () => {
  test('of an invoice before anything is known of its subscription finds both', async () => {
    const user = somebody();
    const { ref } = await shop.begin(user, 'PRO');
    shop.stripe.plans.subscribe(ref);
    const events = shop.stripe.events.splice(0);
    await shop.deliver(events.filter(({ type }) => type === 'invoice.paid'));
    expect(await shop.entries(user)).toEqual(['grant 1000']);
    await shop.deliver(events);
    expect(await shop.entries(user)).toEqual(['grant 1000']);
  });

  test('of money that went back for a later period finds that period', async () => {
    const one = await Subscriber.of(shop, 'PRO', 31);
    const invoice = shop.stripe.plans.renew(one.subscription);
    await one.hear();
    shop.stripe.refund(invoice, 450);
    await one.hear();
    expect((await one.purchases())[0]).toMatchObject({ reversed: 450, creditsBack: 500 });
    const dispute = shop.stripe.dispute(invoice);
    await one.hear();
    expect((await one.purchases())[0]).toMatchObject({ reversed: 900, creditsBack: 1000 });
    shop.stripe.win(dispute);
    await one.hear();
    expect((await one.purchases())[0]).toMatchObject({ reversed: 450, creditsBack: 500 });
  });
});

test('of two checkouts of a plan the older one closes: nobody subscribes twice', async () => {
  const user = somebody();
  const first = await shop.begin(user, 'PRO');
  const second = await shop.begin(user, 'AGENCY');
  expect(shop.stripe.sessions.get(first.ref)!.status).toBe('expired');
  expect(await shop.look(user, first.id)).toMatchObject({ state: 'expired' });
  shop.stripe.plans.subscribe(second.ref);
  expect(await shop.look(user, second.id)).toMatchObject({ state: 'paid', credits: 3000 });
});

describe('somebody who is erased', () => {
  const erase = (user: string) =>
    shop.admin('DELETE', `wallets/${user}/person`, { reason: 'asked to be forgotten' }, null);

  test('has no plan any more: it ends at the provider first, and where that is away nobody is erased', async () => {
    const one = await Subscriber.of(shop, 'PRO');
    shop.stripe.troubles = [{ request: /DELETE .*subscriptions/, times: 2, kind: '500 before' }];
    expect(await erase(one.user)).toMatchObject({ status: 503, body: { code: 'payments_unavailable' } });
    expect(await one.available()).toBe(1000);
    expect(await one.state()).toMatchObject({ state: 'active' });
    shop.stripe.troubles = [];
    expect((await erase(one.user)).status).toBe(200);
    expect(shop.stripe.plans.subscriptions.get(one.subscription)!.status).toBe('canceled');
    const { rows } = await shop.product.sql.query(
      'SELECT count(*)::int AS left FROM payments.subscriptions s, payments.customers c WHERE $1 IN (s.user_id, c.user_id)',
      [one.user],
    );
    expect(rows).toEqual([{ left: 0 }]);
  });

  test('pays for nobody when money comes all the same: it is suspect, and the plan ends', async () => {
    const one = await Subscriber.of(shop, 'PRO', 31);
    await erase(one.user);
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
    expect((await erase(user)).status).toBe(200);
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
