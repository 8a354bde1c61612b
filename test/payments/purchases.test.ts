import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open();
});
afterAll(() => shop.close());

describe('what is paid is granted once', () => {
  test('whatever comes of it: the event fifty times, the buyer’s return and the sweeper, all at once', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    shop.stripe.pay(ref);
    const [event] = shop.stripe.events.splice(0);
    const statuses = await Promise.all([
      ...Array.from({ length: 50 }, () => shop.post(shop.stripe.signed(event!))),
      shop.look(user, id).then(() => 200),
      shop.sweep().then(() => 200),
    ]);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await shop.entries(user)).toEqual(['grant 500']);
  });

  test('before any event, after it, and without one ever', async () => {
    const [early, late, never] = [somebody(), somebody(), somebody()];
    const purchases = await Promise.all([early, late, never].map((user) => shop.begin(user)));
    for (const { ref } of purchases) shop.stripe.pay(ref);
    const events = shop.stripe.events.splice(0);
    expect(await shop.look(early, purchases[0]!.id)).toMatchObject({ state: 'paid' });
    await shop.deliver(events.slice(0, 2));
    expect(await shop.look(late, purchases[1]!.id)).toMatchObject({ state: 'paid' });
    expect(await shop.wallet(never)).toMatchObject({ available: 0 });
    await shop.sweep();
    for (const user of [early, late, never]) expect(await shop.entries(user)).toEqual(['grant 500']);
  });

  test('by a bank that takes its time: nothing before the money, all of it then', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    shop.stripe.payLater(ref);
    await shop.deliver(shop.stripe.events.splice(0));
    expect(await shop.look(user, id)).toMatchObject({ state: 'open', pending: true, url: null });
    expect(await shop.entries(user)).toEqual([]);
    shop.stripe.bankPays(ref);
    await shop.deliver(shop.stripe.events.splice(0));
    expect(await shop.look(user, id)).toMatchObject({ state: 'paid', pending: false });
    expect(await shop.entries(user)).toEqual(['grant 500']);
  });

  test('not when the bank refuses in the end', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    shop.stripe.payLater(ref);
    shop.stripe.bankRefuses(ref);
    await shop.deliver(shop.stripe.events.splice(0).reverse());
    expect(await shop.look(user, id)).toMatchObject({ state: 'failed', paidAt: null });
    expect(await shop.entries(user)).toEqual([]);
  });

  test('of two checkouts of one user both, also the one that was left first', async () => {
    const user = somebody();
    const [first, second] = [await shop.begin(user), await shop.begin(user, 'STUDIO')];
    shop.stripe.pay(second.ref);
    await shop.look(user, second.id);
    shop.stripe.pay(first.ref);
    await shop.look(user, first.id);
    expect(await shop.entries(user)).toEqual(['grant 2500', 'grant 500']);
  });

  test('of two that are both still open, whoever looks first at which', async () => {
    const user = somebody();
    const [first, second] = [await shop.begin(user), await shop.begin(user, 'STUDIO')];
    shop.stripe.pay(first.ref);
    shop.stripe.pay(second.ref);
    await Promise.all([shop.sweep(), shop.look(user, second.id), shop.look(user, first.id)]);
    expect((await shop.entries(user)).sort()).toEqual(['grant 2500', 'grant 500']);
  });

  test.each([
    ['at the provider', ({ ref }: { ref: string }) => shop.stripe.expire(ref)],
    [
      'here',
      ({ id }: { id: string }) =>
        shop.product.sql.query(
          `UPDATE payments.purchases SET state = 'expired', look_due_at = NULL WHERE id = $1`,
          [id],
        ),
    ],
  ])('when its checkout had expired %s and is paid all the same, told or not', async (_where, expire) => {
    const [heard, unheard] = [somebody(), somebody()];
    const purchases = [await shop.begin(heard), await shop.begin(unheard)];
    for (const purchase of purchases) await expire(purchase);
    expect(await shop.look(heard, purchases[0]!.id)).toMatchObject({ state: 'expired' });
    await shop.look(unheard, purchases[1]!.id);
    shop.stripe.events.splice(0);
    for (const { ref } of purchases) shop.stripe.pay(ref);
    await shop.deliver(shop.stripe.events.splice(0).slice(0, 1));
    expect(await shop.look(heard, purchases[0]!.id)).toMatchObject({ state: 'paid' });
    await shop.sweep();
    for (const user of [heard, unheard]) expect(await shop.entries(user)).toEqual(['grant 500']);
  });

  test('with tax on top and a discount off, for what was offered', async () => {
    const [taxed, cheaper, free] = [somebody(), somebody(), somebody()];
    const pay = async (user: string, how: { tax?: number; discount?: number }) => {
      const { id, ref } = await shop.begin(user);
      shop.stripe.pay(ref, how);
      return shop.look(user, id);
    };
    expect(await pay(taxed, { tax: 95 })).toMatchObject({ state: 'paid', amount: 500, paidAmount: 595 });
    expect(await pay(cheaper, { discount: 250 })).toMatchObject({ state: 'paid', paidAmount: 250 });
    expect(await pay(free, { discount: 500 })).toMatchObject({ state: 'paid', paidAmount: 0 });
  });
});

test('the ledger grants it once, even if the purchase’s row forgets that it was paid', async () => {
  const user = somebody();
  const { id } = await shop.bought(user);
  await shop.product.sql.query(
    `UPDATE payments.purchases SET state = 'open', entry_id = NULL, paid_amount = NULL, paid_at = NULL WHERE id = $1`,
    [id],
  );
  expect(await shop.look(user, id)).toMatchObject({ state: 'paid' });
  expect(await shop.entries(user)).toEqual(['grant 500']);
});

describe('the offer is the one that was shown', () => {
  test('also when another one is sold under its name by then', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    const dearer = await shop.another({ CREDIT_PACK_STARTER: '5 for 9.00 EUR' });
    try {
      shop.stripe.pay(ref);
      expect(await dearer.look(user, id)).toMatchObject({ state: 'paid', credits: 500, amount: 500 });
      expect(await shop.entries(user)).toEqual(['grant 500']);
    } finally {
      await dearer.product.close();
    }
  });

  test.each([
    ['another amount', { amount_subtotal: 5 }, 'offered for 5.00 EUR, paid for 0.05 EUR'],
    ['another currency', { currency: 'jpy' }, 'offered for 5.00 EUR, paid for 500 JPY'],
    [
      'nothing, without a discount that explains it',
      { amount_total: 0, payment_status: 'no_payment_required' as const },
      null,
    ],
  ])('%s grants nothing, and somebody is told', async (_what, changed, suspicion) => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    shop.stripe.pay(ref);
    Object.assign(shop.stripe.sessions.get(ref)!, changed);
    const { state } = await shop.look(user, id);
    expect(state).toBe('payment_status' in changed ? 'open' : 'suspect');
    expect(await shop.entries(user)).toEqual([]);
    if (state !== 'suspect') return;
    const { body } = await shop.admin('GET', 'purchases?state=suspect');
    expect(body.data).toContainEqual(expect.objectContaining({ id, userId: user, suspicion }));
  });

  test('an offer that is not sold is 404, a person who was erased is sold nothing', async () => {
    expect(await shop.buy(somebody(), 'NOTHING')).toMatchObject({
      status: 404,
      body: { code: 'offer_unknown' },
    });
    const user = somebody();
    await shop.product.open(user, 5);
    await shop.erase(user);
    expect(await shop.buy(user)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  test('a payment of somebody who was erased meanwhile is suspect, and grants nobody anything', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    await shop.erase(user);
    shop.stripe.pay(ref);
    expect((await shop.lookAgain(id)).body).toMatchObject({
      state: 'suspect',
      userId: expect.stringMatching(/^erased:/),
    });
    expect(await shop.wallet(user)).toMatchObject({ available: 0 });
    expect(await shop.refund(id, { unused: true })).toMatchObject({ status: 201, body: { reversed: 500 } });
  });
});

test('an older look never overwrites a newer one', async () => {
  const user = somebody();
  const { id, ref } = await shop.bought(user);
  const dispute = shop.stripe.dispute(ref);
  const other = await shop.another();
  try {
    // It has seen the dispute, and its way back takes long.
    shop.stripe.troubles = [{ request: /GET .*disputes/, times: 1, kind: 'late' }];
    const older = other.lookAgain(id);
    await shop.stripe.isAsked();
    shop.stripe.win(dispute);
    expect((await shop.lookAgain(id)).body).toMatchObject({ state: 'paid', reversed: 0 });
    shop.stripe.letGo();
    await older;
    expect((await shop.product.call(user, `/api/credits/purchases/${id}`)).body).toMatchObject({
      reversed: 0,
    });
    expect(await shop.wallet(user)).toMatchObject({ available: 500, owed: 0 });
  } finally {
    shop.stripe.letGo();
    await other.product.close();
  }
});

describe('a provider that is away', () => {
  test.each(['429', '500 before', '500 after', 'cut off after'] as const)(
    'while a checkout begins (%s): 503, and the same key goes on with the same checkout',
    async (kind) => {
      const user = somebody();
      const key = randomUUID();
      const sessions = shop.stripe.sessions.size;
      shop.stripe.troubles = [{ request: /POST .*sessions/, times: 2, kind }];
      expect(await shop.buy(user, 'STARTER', key)).toMatchObject({
        status: 503,
        body: { code: 'payments_unavailable' },
      });
      shop.stripe.troubles = [];
      const again = await shop.buy(user, 'STARTER', key);
      expect(again.status).toBe(201);
      expect(await shop.buy(user, 'STARTER', key)).toMatchObject({ status: 201, text: again.text });
      expect(shop.stripe.sessions.size).toBe(sessions + 1);
      expect((await shop.buy(user, 'STUDIO', key)).status).toBe(422);
    },
    30_000,
  );

  test('while we look: 503 for whoever asks, the event comes again, and it is paid in the end', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    shop.stripe.pay(ref);
    const [event] = shop.stripe.events.splice(0);
    shop.stripe.troubles = [{ request: /GET/, times: 99, kind: '500 before' }];
    expect(await shop.look(user, id)).toMatchObject({ code: 'payments_unavailable' });
    expect(await shop.post(shop.stripe.signed(event!))).toBe(503);
    expect((await shop.product.call(user, '/api/credits/purchases')).body.data).toMatchObject([
      { state: 'open' },
    ]);
    shop.stripe.troubles = [];
    expect(await shop.post(shop.stripe.signed(event!))).toBe(200);
    expect(await shop.look(user, id)).toMatchObject({ state: 'paid' });
  });
});

test('credits that expire do so as many months after the payment as was offered', async () => {
  const user = somebody();
  await shop.bought(user, 'YEAR');
  const { body } = await shop.product.call(user, '/api/credits/grants');
  const months = (Date.parse(body.data[0].expiresAt) - Date.now()) / (30.44 * 86_400_000);
  expect([body.data[0].category, Math.round(months)]).toEqual(['paid', 12]);
});

test('a purchase is its buyer’s: to anybody else it is as unknown as one that never was', async () => {
  const { id } = await shop.begin(somebody());
  const [other, never] = await Promise.all(
    [id, randomUUID()].map((one) => shop.product.call('stranger', `/api/credits/purchases/${one}`)),
  );
  expect([other!.status, other!.body.detail]).toEqual([404, never!.body.detail]);
});

test('no more checkouts are opened for one user than anybody needs', async () => {
  const user = somebody();
  const statuses = [];
  for (let n = 0; n < 22; n += 1) statuses.push((await shop.buy(user)).status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(20);
  expect(statuses.at(-1)).toBe(429);
});
