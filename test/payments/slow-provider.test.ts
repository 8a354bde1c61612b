import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { StripeShop, somebody } from './stripe-shop.js';

// The double answers after six seconds, and does what it was asked then: longer than anybody of ours waits for it.

const UNAVAILABLE = { status: 503, body: { code: 'payments_unavailable' } };

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open();
});
afterAll(() => shop.close());

test('a provider that takes too long is unavailable, holds up nobody else, and everything is made once', async () => {
  const [buyer, looker, refunded] = [somebody(), somebody(), somebody()];
  const { id: looked, ref } = await shop.begin(looker);
  shop.stripe.pay(ref);
  const { id: returned } = await shop.bought(refunded);
  const [key, refundKey] = [randomUUID(), randomUUID()];
  const sessions = shop.stripe.sessions.size;
  shop.stripe.troubles = [/POST .*sessions/, new RegExp(`GET .*${ref}`), /POST .*refunds/].map((request) => ({
    request,
    times: 99,
    kind: 'slow' as const,
  }));

  const since = performance.now();
  const answers = Promise.all([
    shop.buy(buyer, 'STARTER', key),
    shop.lookAgain(looked),
    shop.refund(returned, { amount: 200 }, refundKey),
  ]);
  expect(await shop.wallet(looker)).toMatchObject({ available: 0 });
  expect(performance.now() - since).toBeLessThan(3_000);
  for (const answer of await answers) expect(answer).toMatchObject(UNAVAILABLE);
  expect(performance.now() - since).toBeLessThan(15_000);
  expect(await shop.wallet(refunded)).toMatchObject({ available: 300 });

  shop.stripe.troubles = [];
  expect(await shop.buy(buyer, 'STARTER', key)).toMatchObject({ status: 201 });
  expect(shop.stripe.sessions.size).toBe(sessions + 1);
  expect(await shop.look(looker, looked)).toMatchObject({ state: 'paid' });
  expect(await shop.entries(looker)).toEqual(['grant 500']);
  expect(await shop.refund(returned, { amount: 200 }, refundKey)).toMatchObject({
    status: 201,
    body: { reversed: 200, creditsBack: 200 },
  });
  expect(shop.stripe.refunds.size).toBe(1);
});
