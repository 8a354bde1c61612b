import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Receiver } from '../events/receiver.js';
import { SECRET } from '../events/open-events.js';
import { until } from '../support/until.js';
import { PLANS, Subscriber } from './plan-shop.js';
import { StripeShop, somebody } from './stripe-shop.js';

// What the host hears of purchases. It is written with what the look booked, so it comes once however often that is told.

let receiver: Receiver;
let shop: StripeShop;

beforeAll(async () => {
  receiver = await Receiver.open();
  shop = await StripeShop.open({
    CREDIT_EVENTS_URL: receiver.url,
    CREDIT_EVENTS_SECRET: SECRET,
    CREDIT_SIGNUP_GRANT: '0',
    ...PLANS,
  });
});
afterAll(async () => {
  await shop.close();
  await receiver.close();
});

const heardOf = (purchaseId: string) =>
  receiver.received.map(({ body }) => body).filter(({ data }) => data['purchaseId'] === purchaseId);
const bothWays = async () => {
  const events = shop.stripe.events.splice(0).reverse();
  await shop.deliver([...events, ...events]);
};

test('a purchase that is paid and reversed is told with its user, credits, amount and currency', async () => {
  const user = somebody();
  const { id, ref } = await shop.bought(user);
  await bothWays();
  await until(() => heardOf(id).length === 1);
  const data = { userId: user, purchaseId: id, credits: 500, amount: 500, currency: 'EUR' };
  expect(heardOf(id)).toMatchObject([{ type: 'purchase.paid' }]);
  expect(heardOf(id)[0]!.data).toEqual(data);
  shop.stripe.refund(ref, 250);
  await bothWays();
  await until(() => heardOf(id).length === 2);
  expect(heardOf(id)[1]).toMatchObject({ type: 'purchase.reversed', data: { ...data, creditsBack: 250 } });
});

test('one that the bank refused is told of a buyer without a wallet', async () => {
  const user = somebody();
  const { id, ref } = await shop.begin(user);
  shop.stripe.payLater(ref);
  shop.stripe.bankRefuses(ref);
  await bothWays();
  await until(() => heardOf(id).length === 1);
  expect(heardOf(id)).toMatchObject([{ type: 'purchase.failed', data: { userId: user, purchaseId: id } }]);
});

test('money for somebody who was erased is told without their name', async () => {
  const user = somebody();
  const { id, ref } = await shop.begin(user);
  const reason = { reason: 'asked for it' };
  expect((await shop.admin('DELETE', `wallets/${user}/person`, reason)).status).toBe(200);
  shop.stripe.pay(ref);
  await bothWays();
  await until(() => heardOf(id).length === 1);
  expect(heardOf(id)[0]!.type).toBe('purchase.suspect');
  expect(String(heardOf(id)[0]!.data['userId'])).not.toContain(user);
});

test('money that does not fit is told once, however often it is looked at', async () => {
  const user = somebody();
  const { id, ref } = await shop.begin(user);
  shop.stripe.pay(ref);
  shop.stripe.sessions.get(ref)!.currency = 'usd';
  await bothWays();
  const { paidAt } = (await shop.lookAgain(id)).body;
  expect((await shop.lookAgain(id)).body).toMatchObject({ state: 'suspect', paidAt });
  // What comes after it is delivered after it.
  const { id: later } = await shop.bought(user);
  await until(() => heardOf(later).length === 1 && heardOf(id).length > 0);
  expect(heardOf(id)).toMatchObject([{ type: 'purchase.suspect', data: { userId: user, currency: 'EUR' } }]);
});

test('a subscription that ends is told once, with its plan, however often it ends', async () => {
  const one = await Subscriber.of(shop, 'PRO');
  const ended = () =>
    receiver.received
      .map(({ body }) => body)
      .filter(({ type, data }) => type === 'subscription.ended' && data['userId'] === one.user);
  shop.stripe.plans.end(one.subscription);
  await bothWays();
  await until(() => ended().length > 0);
  shop.stripe.plans.end(one.subscription);
  await bothWays();
  // What comes after it is delivered after it.
  const { id } = await shop.bought(one.user);
  await until(() => heardOf(id).length === 1);
  expect(ended()).toMatchObject([{ data: { userId: one.user, plan: 'PRO' } }]);
});
