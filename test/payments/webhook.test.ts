import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open();
});
afterAll(() => shop.close());

describe('an event', () => {
  const anEvent = async () => {
    const { ref } = await shop.begin(somebody());
    shop.stripe.pay(ref);
    return shop.stripe.events.splice(0)[0]!;
  };

  test('is heard only with a signature over its very bytes, by a secret of ours, of the last five minutes', async () => {
    const event = await anEvent();
    const good = shop.stripe.signed(event);
    const statusOf = (change: object) => shop.post({ ...good, ...change });
    const headers = { 'content-type': 'application/json' };
    expect(await statusOf({ headers })).toBe(400);
    expect(await statusOf({ headers: { ...headers, 'stripe-signature': 't=1,v1=00' } })).toBe(400);
    expect(await statusOf({ body: `${good.body} ` })).toBe(400);
    expect(await shop.post(shop.stripe.signed(event, { age: 301 }))).toBe(400);
    expect(await shop.post(shop.stripe.signed(event, { secret: 'whsec_of_somebody_else' }))).toBe(400);
    expect(await shop.post(shop.stripe.signed(event, { secret: 'whsec_of_last_year' }))).toBe(200);
    expect(await shop.post(good)).toBe(200);
  });

  test('may be whatever it likes, as long as it is signed: it is looked up, and never believed', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    const session = { ...shop.stripe.sessions.get(ref), status: 'complete', payment_status: 'paid' };
    const bodies: object[] = [
      session,
      { ...session, id: 'cs_of_somebody_else', client_reference_id: 'nobody' },
      { ...session, id: 'cs_unknown', client_reference_id: id },
      { object: 'charge', payment_intent: 'pi_unknown' },
      { object: 'customer' },
    ];
    for (const object of bodies) {
      const event = { ...(await anEvent()), data: { object } };
      expect([object, await shop.post(shop.stripe.signed(event))]).toEqual([object, 200]);
    }
    expect((await shop.look(user, id)).state).toBe('open');
    expect(await shop.entries(user)).toEqual([]);
  });

  test('that is huge, or nothing we can read, is refused and nothing else', async () => {
    expect(await shop.post({ ...shop.stripe.signed(await anEvent()), body: 'x'.repeat(1024 * 1024) })).toBe(
      413,
    );
    const signed = (text: string) => shop.post(shop.stripe.signedText(text));
    for (const body of ['', '{', '[]', '1', '{"data":{}}', '{"type":"x"}']) {
      expect([200, 400]).toContain(await signed(body));
    }
    expect(await signed(`{"x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)).toBe(200);
  });

  test('is not heard at all without a secret; looking suffices', async () => {
    const deaf = await shop.another({ STRIPE_WEBHOOK_SECRET: '' });
    try {
      expect(await deaf.post(shop.stripe.signed(await anEvent()))).toBe(404);
      const user = somebody();
      await deaf.bought(user);
      expect(await deaf.entries(user)).toEqual(['grant 500']);
    } finally {
      await deaf.product.close();
    }
  });
});
