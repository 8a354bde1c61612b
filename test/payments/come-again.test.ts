import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreditsService } from '../../src/credits/index.js';
import { PLANS, Subscriber } from './plan-shop.js';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;
let credits: CreditsService;

beforeAll(async () => {
  shop = await StripeShop.open(PLANS);
  credits = shop.product.app.get(CreditsService);
});
afterAll(() => shop.close());

const spend = (userId: string, amount: number) =>
  credits.charge({ userId, action: 'premium_export', credits: amount });
const back = async (id: string) => {
  const { reversed, creditsBack } = (await shop.lookAgain(id)).body;
  return { reversed, creditsBack };
};
const nothing = { available: 0, owed: 0, held: 0 };

describe('money that comes again gives back what it took, though other money took nothing before it', () => {
  test('because that much had lapsed: a dispute that is won', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user, 'YEAR');
    await spend(user, 300);
    await shop.lapse(user);
    shop.stripe.refund(ref, 200);
    expect(await back(id)).toEqual({ reversed: 200, creditsBack: 0 });
    const dispute = shop.stripe.dispute(ref, { amount: 300 });
    expect(await back(id)).toEqual({ reversed: 500, creditsBack: 300 });
    expect(await shop.wallet(user)).toEqual({ ...nothing, owed: 300 });
    shop.stripe.win(dispute);
    expect(await back(id)).toEqual({ reversed: 200, creditsBack: 0 });
    expect(await shop.wallet(user)).toEqual(nothing);
    // Lost after all: the dispute is judged anew.
    const again = shop.stripe.dispute(ref, { amount: 300 });
    expect(await back(id)).toEqual({ reversed: 500, creditsBack: 300 });
    shop.stripe.lose(again);
    expect(await back(id)).toEqual({ reversed: 500, creditsBack: 300 });
  });

  test('because that much had lapsed: a refund that fails, made before the other', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user, 'YEAR');
    const first = shop.stripe.refund(ref, 200);
    expect(await back(id)).toEqual({ reversed: 200, creditsBack: 200 });
    await spend(user, 200);
    await shop.lapse(user);
    shop.stripe.refund(ref, 100);
    expect(await back(id)).toEqual({ reversed: 300, creditsBack: 200 });
    shop.stripe.failRefund(first);
    expect(await back(id)).toEqual({ reversed: 100, creditsBack: 0 });
    expect(await shop.wallet(user)).toEqual({ ...nothing, available: 200 });
  });

  test('because an operator had taken that much', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    const { entryId } = (await shop.admin('GET', `purchases/${id}`)).body;
    const by = { entryId, reason: 'a mistake', actor: 'operator' };
    await credits.clawback({ ...by, credits: 300 });
    shop.stripe.refund(ref, 100);
    await back(id);
    const dispute = shop.stripe.dispute(ref, { amount: 400 });
    await back(id);
    expect(await shop.wallet(user)).toEqual(nothing);
    shop.stripe.win(dispute);
    await back(id);
    expect(await shop.wallet(user)).toEqual({ ...nothing, available: 200 });
    // The operator gives it again: now the money alone takes its credits.
    await credits.restore({ ...by, credits: 300 });
    await back(id);
    expect(await shop.wallet(user)).toEqual({ ...nothing, available: 400 });
  });
});

describe('the months of a year whose time passed while its money was away', () => {
  test('come when it comes again, and last as long as the one that runs then', async () => {
    const one = await Subscriber.of(shop, 'YEARLY');
    const { checkoutRef } = (await shop.admin('GET', `purchases/${one.purchase}`)).body;
    const dispute = shop.stripe.dispute(checkoutRef);
    expect((await shop.lookAgain(one.purchase)).body).toMatchObject({ creditsBack: 12_000 });
    expect(await one.available()).toBe(0);
    await shop.later(one.user, '70 days');
    shop.stripe.win(dispute);
    expect((await shop.lookAgain(one.purchase)).body).toMatchObject({ creditsBack: 0 });
    expect(await one.available()).toBe(3000);
    const { body } = await shop.product.call(one.user, '/api/credits');
    expect(body.nextRefill.credits).toBe(1000);
    const left = await shop.product.sql.query(
      `SELECT DISTINCT expires_at FROM credits.grants WHERE user_id = $1 AND remaining > 0 AND reason = 'refill: YEARLY'`,
      [one.user],
    );
    expect(left.rows.map(({ expires_at: ends }) => ends.toISOString())).toEqual([body.nextRefill.at]);
  });
});
