import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { StripeShop, somebody } from './stripe-shop.js';

// Other software, and people, with the same account may write what they like beside what Stripe keeps.

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open();
});
afterAll(() => shop.close());

const tell = async () => expect(await shop.deliver(shop.stripe.events.splice(0))).toEqual([200, 200]);

test.each(['asked for by mail', ''])(
  'a refund that somebody marked %j is a refund like any other',
  async (refund) => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    shop.stripe.events.splice(0);
    shop.stripe.refund(ref, 200, { refund });
    await tell();
    expect(await shop.look(user, id)).toMatchObject({ reversed: 200, creditsBack: 200 });
  },
);

test('two refunds that carry the same mark of ours are two', async () => {
  const user = somebody();
  const { id, ref } = await shop.bought(user);
  await shop.refund(id, { amount: 200 });
  const [first] = [...shop.stripe.refunds.values()].filter(
    ({ payment_intent: intent }) => intent === shop.stripe.sessions.get(ref)!.payment_intent,
  );
  shop.stripe.events.splice(0);
  shop.stripe.refund(ref, 100, first!.metadata as Record<string, string>);
  await tell();
  expect(await shop.look(user, id)).toMatchObject({ reversed: 300, creditsBack: 300 });
  expect((await shop.lookAgain(id)).body).toMatchObject({ reversed: 300, creditsBack: 300 });
});
