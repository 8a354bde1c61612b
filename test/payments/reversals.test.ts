import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreditsService } from '../../src/credits/index.js';
import { Refunds } from '../../src/payments/refunds.js';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;
let credits: CreditsService;

beforeAll(async () => {
  shop = await StripeShop.open();
  credits = shop.product.app.get(CreditsService);
});
afterAll(() => shop.close());

const spend = (userId: string, amount: number) =>
  credits.charge({ userId, action: 'premium_export', credits: amount });
/** The provider tells what happened, all of it twice and the last one first. */
const tell = async () => {
  const events = shop.stripe.events.splice(0).reverse();
  expect(new Set(await shop.deliver([...events, ...events]))).toEqual(new Set([200]));
};

describe('money that goes back takes its credits', () => {
  test('in three parts, each told twice and in reverse: as many as the money, over all of them together', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    for (const [amount, left] of [
      [166, 334],
      [167, 167],
      [167, 0],
    ] as const) {
      shop.stripe.refund(ref, amount);
      await tell();
      expect(await shop.wallet(user)).toMatchObject({ available: left, owed: 0 });
    }
    expect(await shop.look(user, id)).toMatchObject({ state: 'paid', reversed: 500, creditsBack: 500 });
  });

  test('also when it is seen before the payment is', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    shop.stripe.pay(ref);
    shop.stripe.refund(ref, 500);
    // One look sees both, and books both at once.
    const [, refunded] = shop.stripe.events.splice(0);
    await shop.deliver([refunded!]);
    expect(await shop.entries(user)).toEqual(['grant 500', 'clawback -500']);
    expect(await shop.look(user, id)).toMatchObject({ state: 'paid', reversed: 500 });
  });

  test('and those that were spent are owed: nothing is available until what comes in has paid', async () => {
    const user = somebody();
    const { ref } = await shop.bought(user);
    await spend(user, 80);
    shop.stripe.dispute(ref);
    await tell();
    expect(await shop.wallet(user)).toEqual({ available: 0, owed: 80, held: 0 });
    await shop.bought(user);
    expect(await shop.wallet(user)).toEqual({ available: 420, owed: 0, held: 0 });
  });

  test('an inquiry takes none, a dispute all, one that is won gives them back, a refund after it takes them again', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    shop.stripe.dispute(ref, { inquiry: true });
    await tell();
    expect(await shop.wallet(user)).toMatchObject({ available: 500 });
    const dispute = shop.stripe.dispute(ref);
    await tell();
    expect(await shop.wallet(user)).toMatchObject({ available: 0, owed: 0 });
    shop.stripe.win(dispute);
    await tell();
    expect(await shop.wallet(user)).toMatchObject({ available: 500 });
    shop.stripe.refund(ref, 500);
    await tell();
    expect(await shop.wallet(user)).toMatchObject({ available: 0, owed: 0 });
    expect(await shop.look(user, id)).toMatchObject({ reversed: 500, creditsBack: 500 });
  });

  test('a dispute that is lost leaves them where they are', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    const dispute = shop.stripe.dispute(ref);
    await tell();
    expect(await shop.wallet(user)).toMatchObject({ available: 0, owed: 0 });
    shop.stripe.lose(dispute);
    await tell();
    expect(await shop.look(user, id)).toMatchObject({ state: 'paid', reversed: 500, creditsBack: 500 });
    expect(await shop.entries(user)).toEqual(['grant 500', 'clawback -500']);
  });

  test('a refund and a dispute of one payment take no more than was paid', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    shop.stripe.refund(ref, 300);
    shop.stripe.dispute(ref);
    await tell();
    expect(await shop.wallet(user)).toEqual({ available: 0, owed: 0, held: 0 });
    expect(await shop.look(user, id)).toMatchObject({ reversed: 500, creditsBack: 500 });
  });

  test.each(['failed', 'canceled'])('a refund that is %s after all gives them back', async (status) => {
    const user = somebody();
    const { ref } = await shop.bought(user);
    const refund = shop.stripe.refund(ref, 250);
    await tell();
    expect(await shop.wallet(user)).toMatchObject({ available: 250 });
    shop.stripe.failRefund(refund, status);
    await tell();
    expect(await shop.wallet(user)).toMatchObject({ available: 500 });
  });

  test('what is on hold stays for the work that runs, and is collected when it is free', async () => {
    const user = somebody();
    const { ref } = await shop.bought(user);
    const hold = await credits.hold({ userId: user, action: 'premium_export', credits: 300 });
    shop.stripe.refund(ref, 500);
    await tell();
    expect(await shop.wallet(user)).toEqual({ available: 0, owed: 300, held: 300 });
    await credits.release({ holdId: hold.id });
    expect(await shop.wallet(user)).toEqual({ available: 0, owed: 0, held: 0 });
  });

  test('without any event: the provider’s lists are read', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    shop.stripe.refund(ref, 500);
    shop.stripe.events.splice(0);
    await shop.sweep();
    expect(await shop.look(user, id)).toMatchObject({ reversed: 500 });
    expect(await shop.wallet(user)).toMatchObject({ available: 0 });
  });

  test('during fifty charges at once: credits kept and money kept are what was paid', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user);
    shop.stripe.refund(ref, 250);
    const charges = Array.from({ length: 50 }, () =>
      spend(user, 10).then(
        () => 10,
        () => 0,
      ),
    );
    const [spent] = await Promise.all([Promise.all(charges), tell()]);
    const { available, owed } = await shop.wallet(user);
    const used = spent.reduce((sum: number, one) => sum + one, 0);
    expect(available - owed).toBe(500 - 250 - used);
    expect(await shop.look(user, id)).toMatchObject({ creditsBack: 250 });
  });
});

describe('what lapsed counts as taken back', () => {
  const lapse = async (user: string) => {
    // The grant ends now and not in a year: by the hand of whoever owns the tables.
    await shop.lapse(user);
    await credits.balance(user);
  };

  test('all of it lapsed: nothing more is taken, nothing is owed', async () => {
    const user = somebody();
    const { id, ref } = await shop.bought(user, 'YEAR');
    await lapse(user);
    shop.stripe.refund(ref, 500);
    await tell();
    expect(await shop.wallet(user)).toEqual({ available: 0, owed: 0, held: 0 });
    expect(await shop.look(user, id)).toMatchObject({ reversed: 500, creditsBack: 0 });
  });
});

describe('an operator’s refund', () => {
  test('of what is unused: the money for it, and all of it goes, once', async () => {
    const user = somebody();
    const { id } = await shop.bought(user, 'STUDIO');
    await spend(user, 3);
    expect((await shop.admin('GET', `purchases/${id}`)).body.unused).toEqual({
      credits: 2497,
      amount: 1997,
      currency: 'EUR',
    });
    const key = 'refund-of-the-rest';
    const first = await shop.refund(id, { unused: true }, key);
    expect(first).toMatchObject({ status: 201, body: { reversed: 1997, creditsBack: 2497 } });
    expect((await shop.refund(id, { unused: true }, key)).text).toBe(first.text);
    expect(await shop.refund(id, { unused: true })).toMatchObject({
      status: 409,
      body: { code: 'purchase_not_refundable' },
    });
    await tell();
    await shop.sweep();
    expect(await shop.wallet(user)).toEqual({ available: 0, owed: 0, held: 0 });
    expect(shop.stripe.refunds.size).toBeGreaterThan(0);
  });

  test('of an amount: as many credits as that, at most what is left of the money', async () => {
    const user = somebody();
    const { id } = await shop.bought(user);
    expect(await shop.refund(id, { amount: 200 })).toMatchObject({ status: 201, body: { creditsBack: 200 } });
    expect((await shop.refund(id, { amount: 301 })).status).toBe(409);
    expect((await shop.refund(id, { amount: 300 })).status).toBe(201);
    expect(await shop.wallet(user)).toMatchObject({ available: 0, owed: 0 });
  });

  test('takes one of the two, and a reason', async () => {
    const { id } = await shop.begin(somebody());
    const bodies = [
      {},
      { amount: 1, unused: true },
      { unused: false },
      { amount: 0 },
      { amount: 1.5 },
      { amount: '1' },
    ];
    for (const body of bodies) {
      const { status } = await shop.admin('POST', `purchases/${id}/refund`, { ...body, reason: 'x' });
      expect([body, status]).toEqual([body, 400]);
    }
    expect((await shop.admin('POST', `purchases/${id}/refund`, { unused: true })).status).toBe(400);
    expect((await shop.refund(id, { unused: true })).status).toBe(409);
  });

  test('that the provider refuses gives the credits back', async () => {
    const user = somebody();
    const { id } = await shop.bought(user);
    shop.stripe.troubles = [{ request: /POST .*refunds/, times: 1, kind: 'refused' }];
    expect(await shop.refund(id, { unused: true })).toMatchObject({
      status: 409,
      body: { code: 'purchase_not_refundable', detail: expect.stringContaining('The double says 400') },
    });
    expect(await shop.wallet(user)).toMatchObject({ available: 500, owed: 0 });
    expect((await shop.lookAgain(id)).body).toMatchObject({ reversed: 0, creditsBack: 0 });
  });

  test.each(['500 before', '500 after', 'cut off after'] as const)(
    'whose answer is lost (%s) keeps the credits away until it is known, and is made once',
    async (kind) => {
      const user = somebody();
      const { id, ref } = await shop.bought(user);
      shop.stripe.troubles = [{ request: /POST .*refunds/, times: 2, kind }];
      const key = `lost-${kind.replace(/ /g, '-')}-${id}`;
      expect((await shop.refund(id, { amount: 200 }, key)).status).toBe(503);
      expect(await shop.wallet(user)).toMatchObject({ available: 300 });
      shop.stripe.troubles = [];
      expect(await shop.refund(id, { amount: 200 }, key)).toMatchObject({
        status: 201,
        body: { reversed: 200, creditsBack: 200 },
      });
      const payment = shop.stripe.sessions.get(ref)!.payment_intent;
      const made = [...shop.stripe.refunds.values()].filter(
        ({ payment_intent }) => payment_intent === payment,
      );
      expect(made).toHaveLength(1);
      expect(await shop.wallet(user)).toMatchObject({ available: 300 });
    },
  );

  test('that the provider never heard of gives the credits back when nobody can ask for it under its key', async () => {
    const user = somebody();
    const { id } = await shop.bought(user);
    shop.stripe.troubles = [{ request: /POST .*refunds/, times: 2, kind: '500 before' }];
    expect((await shop.refund(id, { unused: true })).status).toBe(503);
    expect(await shop.wallet(user)).toMatchObject({ available: 0 });
    await shop.product.sql.query(
      `UPDATE payments.reversals SET seen_at = seen_at - interval '1 day' WHERE purchase_id = $1`,
      [id],
    );
    const refunds = shop.stripe.refunds.size;
    await shop.product.app.get(Refunds, { strict: false }).carryOutLost();
    expect(shop.stripe.refunds.size).toBe(refunds);
    expect((await shop.admin('GET', `purchases/${id}`)).body).toMatchObject({
      reversed: 0,
      creditsBack: 0,
      reversals: [{ asked: false, refusal: 'it never heard of it' }],
    });
    expect(await shop.wallet(user)).toMatchObject({ available: 500 });
  });

  test('whose answer is lost, and that nobody asks about again, is asked for by the sweeper', async () => {
    const user = somebody();
    const { id } = await shop.bought(user);
    shop.stripe.troubles = [{ request: /POST .*refunds/, times: 2, kind: '500 before' }];
    expect((await shop.refund(id, { unused: true })).status).toBe(503);
    await shop.product.sql.query(
      `UPDATE payments.reversals SET seen_at = seen_at - interval '1 minute' WHERE purchase_id = $1`,
      [id],
    );
    await shop.sweep();
    expect((await shop.admin('GET', `purchases/${id}`)).body).toMatchObject({
      reversed: 500,
      reversals: [{ kind: 'refund', amount: 500, asked: false, refusal: null }],
    });
  });
});
