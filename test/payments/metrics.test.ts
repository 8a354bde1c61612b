import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Metrics } from '../../src/watch/metrics.js';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open();
});
afterAll(() => shop.close());

async function valueOf(series: string): Promise<number> {
  const text = await shop.product.app.get(Metrics).registry.metrics();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.split(' ').at(-1));
}
const noted = (outcome: string) => valueOf(`credits_purchases_total{outcome="${outcome}"}`);

test('what becomes of purchases is counted, and the age of the oldest that is open', async () => {
  const before = await Promise.all(['paid', 'failed', 'reversed', 'suspect'].map(noted));
  const { id, ref } = await shop.bought(somebody());
  shop.stripe.refund(ref, 100);
  await shop.lookAgain(id);
  const failing = await shop.begin(somebody());
  shop.stripe.payLater(failing.ref);
  shop.stripe.bankRefuses(failing.ref);
  await shop.lookAgain(failing.id);
  const odd = await shop.begin(somebody());
  shop.stripe.pay(odd.ref);
  shop.stripe.sessions.get(odd.ref)!.amount_subtotal = 5;
  await shop.lookAgain(odd.id);
  expect(await Promise.all(['paid', 'failed', 'reversed', 'suspect'].map(noted))).toEqual(
    before.map((count) => count + 1),
  );

  const open = await shop.begin(somebody());
  const hours = `UPDATE payments.purchases SET created_at = created_at - interval '5 hours' WHERE id = $1`;
  await shop.product.sql.query(hours, [open.id]);
  await shop.sweep();
  expect(await valueOf('credits_purchases_oldest_open_seconds')).toBeGreaterThan(5 * 3600);
  expect(await valueOf('credits_purchases_suspect')).toBe(1);
  await shop.refund(odd.id, { unused: true });
  await shop.sweep();
  expect(await valueOf('credits_purchases_suspect')).toBe(0);
});
