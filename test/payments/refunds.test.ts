import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreditsService } from '../../src/credits/index.js';
import { Refunds } from '../../src/payments/refunds.js';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open();
});
afterAll(() => shop.close());

describe('the key of a refund whose answer was lost', () => {
  const lost = async (what: { amount: number } | { unused: true }) => {
    const { id } = await shop.bought(somebody());
    const key = `lost-${id}`;
    shop.stripe.troubles = [{ request: /POST .*refunds/, times: 2, kind: '500 before' }];
    expect((await shop.refund(id, what, key)).status).toBe(503);
    shop.stripe.troubles = [];
    return { id, key };
  };

  test.each([
    [{ amount: 200 }, { amount: 499 }],
    [{ amount: 500 }, { unused: true }],
    [{ unused: true }, { amount: 500 }],
  ] as const)('begins nothing else: %j, and then %j', async (first, then) => {
    const { id, key } = await lost(first);
    expect(await shop.refund(id, then, key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    const reversed = 'amount' in first ? first.amount : 500;
    // What was refused under the key is not what the key answers.
    expect(await shop.refund(id, first, key)).toMatchObject({ status: 201, body: { reversed } });
    expect((await shop.refund(id, then, key)).status).toBe(422);
  });
});

test('the key of a refund that comes several times at once makes one', async () => {
  const { id, ref } = await shop.bought(somebody());
  const refunds = shop.product.app.get(Refunds, { strict: false });
  // By the command line and by the admin route: none of them waits for another before it asks.
  const request = {
    purchaseId: id,
    amount: 200,
    reason: 'asked for it',
    actor: 'root',
    requestKey: `at once ${id}`,
  };
  const all = await Promise.all(Array.from({ length: 5 }, () => refunds.refund(request)));
  expect(new Set(all.map(({ reversed, creditsBack }) => `${reversed} ${creditsBack}`))).toEqual(
    new Set(['200 200']),
  );
  const { payment_intent: payment } = shop.stripe.sessions.get(ref)!;
  const made = [...shop.stripe.refunds.values()].filter((one) => one.payment_intent === payment);
  expect(made).toHaveLength(1);
});

describe('what a refund comes to, and why there is none', () => {
  const detailOf = async (id: string, what: { amount: number } | { unused: true }) => {
    const { status, body } = await shop.refund(id, what);
    expect([status, body.code]).toEqual([409, 'purchase_not_refundable']);
    return body.detail;
  };
  const look = async (id: string, amount?: number) =>
    (await shop.admin('GET', `purchases/${id}${amount === undefined ? '' : `?amount=${amount}`}`)).body;
  const spend = (userId: string, credits: number) =>
    shop.product.app.get(CreditsService).charge({ userId, action: 'premium_export', credits });

  test('one credit may be worth less than any money', async () => {
    const user = somebody();
    const { id } = await shop.bought(user, 'STUDIO');
    await spend(user, 2499);
    expect((await look(id)).unused).toEqual({ credits: 1, amount: 0, currency: 'EUR' });
    expect(await detailOf(id, { unused: true })).toBe(
      'What is unused of it (1 of 2,500 credits) is worth less than 0.01 EUR.',
    );
    await spend(user, 1);
    expect(await detailOf(id, { unused: true })).toBe('Nothing of it is unused.');
  });

  test('what was free has no money; a clawback of its grant takes its credits, and they stay away', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    shop.stripe.pay(ref, { discount: 500 });
    await shop.look(user, id);
    const { entryId } = await look(id);
    const detail = await detailOf(id, { unused: true });
    expect(detail).toBe(
      `It was free, so there is no money to give back. A clawback of the grant ${entryId} takes its credits back.`,
    );
    await shop.admin('POST', `entries/${entryId}/clawback`, { amount: 500, reason: 'by mistake' });
    await shop.lookAgain(id);
    expect(await shop.wallet(user)).toMatchObject({ available: 0, owed: 0 });
  });

  test('an amount is told with the credits that really go, over several refunds, and in money', async () => {
    const user = somebody();
    const { id } = await shop.bought(user, 'STUDIO');
    // 333 of 2000 are 416.25 credits, 666 are 832.5: what goes is the difference of whole ones.
    for (const credits of [416, 416, 416]) {
      expect((await look(id, 333)).part).toEqual({ credits, amount: 333, currency: 'EUR' });
      const before = (await shop.wallet(user)).available;
      expect((await shop.refund(id, { amount: 333 })).status).toBe(201);
      expect(before - (await shop.wallet(user)).available).toBe(credits);
    }
    expect((await look(id)).part).toBeNull();
    expect((await look(id, 5_000)).part).toMatchObject({ amount: 1001, credits: 1252 });
    expect(await detailOf(id, { amount: 1002 })).toBe('No more than 10.01 EUR is left to give back.');
    expect((await shop.refund(id, { unused: true })).status).toBe(201);
    expect(await detailOf(id, { unused: true })).toBe('All of the 20.00 EUR has gone back already.');
  });

  test('of what lapsed already as many fewer go', async () => {
    const user = somebody();
    const { id } = await shop.bought(user, 'YEAR');
    await spend(user, 100);
    await shop.lapse(user);
    expect((await look(id, 450)).part).toMatchObject({ credits: 50 });
  });
});

test('of what is unused, while it is being spent: credits kept and money kept are what was paid', async () => {
  const user = somebody();
  const { id } = await shop.bought(user, 'STUDIO');
  const credits = shop.product.app.get(CreditsService);
  let isOver = false;
  const spending = Array.from({ length: 50 }, async () => {
    let spent = 0;
    while (!isOver && spent < 50) {
      const charge = credits.charge({ userId: user, action: 'premium_export', credits: 1 });
      if (await charge.then(Boolean, () => false)) spent += 1;
      else return spent;
    }
    return spent;
  });
  const { status, body } = await shop.refund(id, { unused: true });
  isOver = true;
  const spent = (await Promise.all(spending)).reduce((sum, one) => sum + one, 0);
  expect(status).toBe(201);
  expect(spent).toBeGreaterThan(50);
  expect(body.creditsBack).toBe(2500 - spent);
  expect(body.reversed).toBe(Math.floor(((2500 - spent) * 2000) / 2500));
  expect(await shop.wallet(user)).toEqual({ available: 0, owed: 0, held: 0 });
});
