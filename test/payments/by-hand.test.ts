import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreditsService } from '../../src/credits/index.js';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;
let credits: CreditsService;

beforeAll(async () => {
  shop = await StripeShop.open();
  credits = shop.product.app.get(CreditsService);
});
afterAll(() => shop.close());

/** The provider tells what happened. */
const tell = () => shop.deliver(shop.stripe.events.splice(0));

describe('what an operator took by hand', () => {
  const clawback = async (id: string, amount: number) => {
    const { entryId } = (await shop.admin('GET', `purchases/${id}`)).body;
    const answer = await shop.admin('POST', `entries/${entryId}/clawback`, { amount, reason: 'a mistake' });
    expect(answer.status).toBe(201);
  };

  test('stays away, however much more it is than the money, and whatever becomes of that', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    const refund = shop.stripe.refund(ref, 100);
    await tell();
    await clawback(id, 300);
    await shop.lookAgain(id);
    expect(await shop.wallet(user)).toEqual({ available: 100, owed: 0, held: 0 });
    shop.stripe.failRefund(refund);
    await tell();
    expect(await shop.wallet(user)).toEqual({ available: 200, owed: 0, held: 0 });
  });

  test('and what a host gave again goes again, as long as the money is back', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    const { entryId } = (await shop.admin('GET', `purchases/${id}`)).body;
    const refund = shop.stripe.refund(ref, 100);
    await tell();
    await credits.restore({ entryId, credits: 100, reason: 'a mistake', actor: 'host' });
    await shop.lookAgain(id);
    expect(await shop.wallet(user)).toMatchObject({ available: 400 });
    shop.stripe.failRefund(refund);
    await tell();
    expect(await shop.wallet(user)).toMatchObject({ available: 500 });
  });

  test('counts as taken back: when all of the money goes, the rest of the credits goes', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    await clawback(id, 300);
    shop.stripe.refund(ref, 100);
    await tell();
    expect(await shop.wallet(user)).toMatchObject({ available: 200 });
    shop.stripe.dispute(ref, { amount: 400 });
    await tell();
    expect(await shop.wallet(user)).toEqual({ available: 0, owed: 0, held: 0 });
  });
});
