import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PLANS, Subscriber } from './plan-shop.js';
import { StripeShop, somebody } from './stripe-shop.js';

// What no event tells: it is found in the provider's lists, or by looking again.

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open(PLANS);
});
afterAll(() => shop.close());

describe('money for a purchase that this database does not know is reported, once', () => {
  /** As after a restore from before the purchase; it began so long ago. */
  const lost = async (user: string, daysAgo = 0) => {
    const { id, ref } = await shop.begin(user);
    await shop.product.sql.query('DELETE FROM payments.purchases WHERE id = $1', [id]);
    await shop.sweep();
    shop.stripe.sessions.get(ref)!.created -= daysAgo * 86_400;
    return { id, ref };
  };
  const reported = async (id: string) => {
    for (const _ of [1, 2]) await shop.sweep();
    const { body } = await shop.admin('GET', 'purchases?state=suspect');
    return body.data.filter((one: { id: string }) => one.id === id);
  };

  test.each([
    ['at once', 0],
    ['hours later, at the end of its day', 0.99],
  ])('that is paid by card %s', async (_when, daysAgo) => {
    const user = somebody();
    const { id, ref } = await lost(user, daysAgo);
    shop.stripe.pay(ref);
    expect(await reported(id)).toEqual([
      expect.objectContaining({ userId: null, credits: null, paidAmount: 500, checkoutRef: ref }),
    ]);
    expect(await shop.entries(user)).toEqual([]);
  });

  test('that a bank pays days after the buyer has done their part', async () => {
    const { id, ref } = await lost(somebody(), 20);
    shop.stripe.payLater(ref);
    expect(await reported(id)).toEqual([]);
    shop.stripe.bankPays(ref);
    expect(await reported(id)).toHaveLength(1);
  });

  test('and nobody looks again at what is in the books, nor at what other software sold', async () => {
    const { ref } = await shop.bought(somebody());
    const foreign = await shop.begin(somebody());
    shop.stripe.pay(foreign.ref);
    const session = shop.stripe.sessions.get(foreign.ref)!;
    Object.assign(session, { metadata: {}, client_reference_id: randomUUID() });
    await shop.product.sql.query('DELETE FROM payments.purchases WHERE id = $1', [foreign.id]);
    shop.stripe.asked.splice(0);
    expect(await reported(session.client_reference_id!)).toEqual([]);
    for (const one of [ref, foreign.ref]) {
      expect(shop.stripe.asked).not.toContain(`GET /v1/checkout/sessions/${one}`);
    }
  });
});

describe('of a plan that this database does not know', () => {
  /** As after a restore from before it began. */
  const lost = async () => {
    const one = await Subscriber.of(shop, 'PRO', 31);
    await shop.product.sql.query(
      `WITH gone AS (DELETE FROM payments.purchases WHERE user_id = '${one.user}')
       DELETE FROM payments.subscriptions WHERE user_id = '${one.user}'`,
    );
    const { latest_invoice: first } = shop.stripe.plans.subscriptions.get(one.subscription)!;
    return { one, first: first as string };
  };
  const reported = async (refs: string[]) => {
    const { body } = await shop.admin('GET', 'purchases?state=suspect&limit=200');
    return body.data
      .filter(({ checkoutRef }: { checkoutRef: string }) => refs.includes(checkoutRef))
      .map(({ paidAmount }: { paidAmount: number }) => paidAmount);
  };

  test('each payment is reported, once, though nobody tells: the first by its checkout, the later ones as they come', async () => {
    const { one, first } = await lost();
    const { id: checkout } = [...shop.stripe.sessions.values()].find(({ invoice }) => invoice === first)!;
    shop.stripe.events.splice(0);
    for (const _ of [1, 2]) await shop.sweep();
    expect(await reported([checkout, first])).toEqual([900]);
    const later = [shop.stripe.plans.renew(one.subscription), shop.stripe.plans.renew(one.subscription)];
    shop.stripe.events.splice(0);
    for (const _ of [1, 2]) await shop.sweep();
    expect(await reported([checkout, first, ...later])).toEqual([900, 900, 900]);
    shop.stripe.asked.splice(0);
    await shop.sweep();
    for (const ref of [first, ...later]) expect(shop.stripe.asked).not.toContain(`GET /v1/invoices/${ref}`);
  });

  test('what is told of a payment reports it, too, and its money can be given back', async () => {
    const { one } = await lost();
    shop.stripe.events.splice(0);
    const later = shop.stripe.plans.renew(one.subscription);
    await one.hear();
    expect(await reported([later])).toEqual([900]);
    const { body } = await shop.admin('GET', 'purchases?state=suspect&limit=200');
    const { id } = body.data.find(({ checkoutRef }: { checkoutRef: string }) => checkoutRef === later);
    expect(await shop.refund(id, { unused: true })).toMatchObject({ status: 201, body: { reversed: 900 } });
  });
});

test('an inquiry that becomes a dispute takes the credits, though nobody tells and it began long ago', async () => {
  const user = somebody();
  const { ref } = await shop.bought(user);
  const inquiry = shop.stripe.dispute(ref, { inquiry: true });
  await shop.deliver(shop.stripe.events.splice(0));
  shop.stripe.disputes.get(inquiry)!.created -= 86_400;
  expect(await shop.wallet(user)).toMatchObject({ available: 500 });
  shop.stripe.escalate(inquiry);
  shop.stripe.events.splice(0);
  await shop.sweep();
  expect(await shop.wallet(user)).toMatchObject({ available: 0 });
});
