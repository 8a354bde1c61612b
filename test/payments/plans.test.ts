import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PLANS, Subscriber } from './plan-shop.js';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open(PLANS);
});
afterAll(() => shop.close());

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

  test('costs another currency under the same numbers where it is sold so', async () => {
    await shop.begin(somebody(), 'PRO');
    const abroad = await shop.another({ ...PLANS, CREDIT_PLAN_PRO: '1000 monthly for 9.00 USD, carry 300' });
    try {
      const { ref } = await abroad.begin(somebody(), 'PRO');
      expect(shop.stripe.sessions.get(ref)!.currency).toBe('usd');
    } finally {
      await abroad.product.close();
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

  test('gives back of every month that came: what lapsed of them counts as taken back', async () => {
    const one = await Subscriber.of(shop, 'YEARLY', 40);
    // 300 were carried into the second month, 700 of the first have lapsed.
    await one.spend(1300);
    const { checkoutRef } = (await shop.admin('GET', `purchases/${one.purchase}`)).body;
    shop.stripe.refund(checkoutRef, 9000);
    expect((await shop.lookAgain(one.purchase)).body).toMatchObject({ creditsBack: 11_300 });
    expect(await shop.wallet(one.user)).toMatchObject({ available: 0, owed: 1300 });
  });

  test('takes what was carried over, and nothing of what was bought besides; what is given again is there again', async () => {
    const one = await Subscriber.of(shop, 'YEARLY', 40);
    await shop.bought(one.user);
    const { checkoutRef } = (await shop.admin('GET', `purchases/${one.purchase}`)).body;
    expect(await one.available()).toBe(1800);
    const refund = shop.stripe.refund(checkoutRef, 9000);
    expect((await shop.lookAgain(one.purchase)).body).toMatchObject({ creditsBack: 11_300 });
    expect(await shop.wallet(one.user)).toMatchObject({ available: 500, owed: 0 });
    const { body } = await shop.product.call(one.user, '/api/credits/grants');
    expect(body.data.map(({ reason }: { reason: string }) => reason)).toEqual(['bought 500 credits']);
    shop.stripe.failRefund(refund);
    expect((await shop.lookAgain(one.purchase)).body).toMatchObject({ creditsBack: 0 });
    expect(await one.available()).toBe(1800);
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

describe('what is told', () => {
  test('of an invoice before anything is known of its subscription finds both', async () => {
    const user = somebody();
    const { ref } = await shop.begin(user, 'PRO');
    shop.stripe.plans.subscribe(ref);
    const events = shop.stripe.events.splice(0);
    await shop.deliver(events.filter(({ type }) => type === 'invoice.paid'));
    expect(await shop.entries(user)).toEqual(['grant 1000']);
    const sql = 'SELECT paid_until > now() AS "isLookedAt" FROM payments.subscriptions WHERE user_id = $1';
    expect((await shop.product.sql.query(sql, [user])).rows).toEqual([{ isLookedAt: true }]);
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

test('money for a plan that this database does not know is reported, and can be looked at', async () => {
  const { id, ref } = await shop.begin(somebody(), 'PRO');
  await shop.product.sql.query('DELETE FROM payments.purchases WHERE id = $1', [id]);
  shop.stripe.plans.subscribe(ref);
  await shop.sweep();
  expect(await shop.lookAgain(id)).toMatchObject({
    status: 200,
    body: { state: 'suspect', userId: null, paidAmount: 900 },
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
