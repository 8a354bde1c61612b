import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PLANS, Subscriber } from './plan-shop.js';
import { StripeShop } from './stripe-shop.js';

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open(PLANS);
});
afterAll(() => shop.close());

describe('what was carried into a later period', () => {
  const renewed = async (spent: number) => {
    const one = await Subscriber.of(shop, 'PRO', 31);
    if (spent > 0) await one.spend(spent);
    shop.stripe.plans.renew(one.subscription);
    await shop.sweep();
    return one;
  };
  const unused = async (one: Subscriber) =>
    (await shop.admin('GET', `purchases/${one.purchase}`)).body.unused;

  test('is unused as long as it is there: an operator gives its money back, and it alone is taken', async () => {
    const one = await renewed(700);
    await shop.bought(one.user);
    expect(await one.available()).toBe(1800);
    expect(await unused(one)).toEqual({ credits: 300, amount: 270, currency: 'EUR' });
    const { status, body } = await shop.refund(one.purchase, { unused: true });
    expect([status, body.reversed, body.creditsBack]).toEqual([201, 270, 300]);
    await shop.sweep();
    const { body: left } = await shop.product.call(one.user, '/api/credits/grants');
    expect(left.data.map(({ remaining }: { remaining: number }) => remaining)).toEqual([1000, 500]);
  });

  test('is what is unused, though the rest has lapsed; the money for what was spent takes what lapsed first', async () => {
    const one = await renewed(500);
    // 300 are carried on, 200 lapse three days after the period.
    await shop.lapseBefore(one.user, '10 days');
    expect(await one.available()).toBe(1300);
    expect(await unused(one)).toEqual({ credits: 300, amount: 270, currency: 'EUR' });
    const { body } = await shop.refund(one.purchase, { unused: true });
    expect([body.reversed, body.creditsBack]).toEqual([270, 300]);
    expect(await one.available()).toBe(1000);
    // 630 are left: of 700 credits 200 have lapsed.
    const rest = await shop.refund(one.purchase, { amount: 630 });
    expect([rest.body.reversed, rest.body.creditsBack]).toEqual([900, 800]);
    expect(await one.available()).toBe(500);
  });

  test('has lapsed when it lapses: money that goes back takes nothing for it', async () => {
    const one = await renewed(0);
    await shop.lapseBefore(one.user, '10 days');
    shop.stripe.plans.renew(one.subscription);
    await shop.sweep();
    // Of the first month 1,000 were there, 300 of them a month longer.
    await shop.lapseBefore(one.user, '40 days');
    const { checkoutRef } = (await shop.admin('GET', `purchases/${one.purchase}`)).body;
    const before = await shop.wallet(one.user);
    shop.stripe.refund(checkoutRef, 900);
    expect((await shop.lookAgain(one.purchase)).body).toMatchObject({ reversed: 900, creditsBack: 0 });
    expect(await shop.wallet(one.user)).toEqual(before);
  });

  test('of a year stays longer than what came last: the money takes months to come, then the newest', async () => {
    const one = await Subscriber.of(shop, 'YEARLY', 40);
    const remaining = async () =>
      (await shop.product.call(one.user, '/api/credits/grants')).body.data.map(
        (grant: { remaining: number }) => grant.remaining,
      );
    expect(await remaining()).toEqual([300, 1000]);
    // 11,200 of 12,000: ten months to come, 700 that have lapsed, and 500.
    expect((await shop.refund(one.purchase, { amount: 8400 })).status).toBe(201);
    expect(await remaining()).toEqual([300, 500]);
  });

  test('of a year is unused beside the months to come, and they all go though a part has lapsed', async () => {
    const one = await Subscriber.of(shop, 'YEARLY', 40);
    expect(await unused(one)).toMatchObject({ credits: 11_300 });
    const { body } = await shop.refund(one.purchase, { unused: true });
    expect(body).toMatchObject({ reversed: 8475, creditsBack: 11_300 });
    expect(await shop.wallet(one.user)).toEqual({ available: 0, owed: 0, held: 0 });
  });
});
