import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { environmentOf, runCommandIn } from '../admin/child.js';
import { StripeShop, sellingThrough, somebody } from './stripe-shop.js';

// Each command is a process of its own, and a busy machine takes seconds to start one.
jest.setTimeout(120_000);

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open();
});
afterAll(() => shop.close());

function credits(...args: string[]) {
  const { sql, dataDir } = shop.product;
  const place = environmentOf({ databaseUrl: sql.options.connectionString!, dataDir });
  return runCommandIn({ ...place, ...sellingThrough(shop.stripe) }, args);
}
const answerOf = ({ out }: { out: string }) => JSON.parse(out);

test('operators list what was bought, by whom and in which state', async () => {
  const [paid, open] = [somebody(), somebody()];
  const { id } = await shop.bought(paid);
  await shop.begin(open);
  expect(answerOf(await credits('purchases', '--user', paid, '--json'))).toMatchObject({
    data: [{ id, userId: paid, state: 'paid', credits: 500, amount: 500, currency: 'EUR' }],
    nextCursor: null,
  });
  const { out, code } = await credits('purchases', '--state', 'open');
  expect([code, out.includes(open), out.includes(paid)]).toEqual([0, true, false]);
  expect(out).toMatch(/500 +5\.00 EUR +0\.00 EUR/);
  expect(await credits('purchases', '--state', 'lost')).toMatchObject({
    code: 1,
    err: expect.stringContaining('validation_failed'),
  });
});

test('operators look when nobody has told: at one purchase, and at all', async () => {
  const users = [somebody(), somebody()];
  const [one, other] = await Promise.all(users.map((user) => shop.begin(user)));
  for (const { ref } of [one!, other!]) shop.stripe.pay(ref);
  expect(answerOf(await credits('look', one!.id, '--json'))).toMatchObject({ id: one!.id, state: 'paid' });
  expect(await shop.entries(users[1]!)).toEqual([]);
  expect(await credits('look', '--all')).toMatchObject({ code: 0, out: expect.stringContaining('looked') });
  for (const user of users) expect(await shop.entries(user)).toEqual(['grant 500']);
  expect(await credits('look')).toMatchObject({ code: 64, err: expect.stringContaining('--all') });
});

test('operators give back what is unused, once for one key, and an amount', async () => {
  const user = somebody();
  const { id } = await shop.bought(user);
  await shop.product.sql.query('UPDATE credits.wallets SET balance = balance - 100 WHERE user_id = $1', [
    user,
  ]);
  const because = ['--reason', 'asked for it', '--yes', '--json'];
  const refund = () => credits('refund-purchase', id, '--unused', ...because, '--key', 'letter-17');
  const asked = await credits('refund-purchase', id, '--unused', '--reason', 'asked for it');
  expect([asked.code, asked.err]).toEqual([
    64,
    expect.stringContaining('Give 4.00 EUR back, and take 400 of its 500 credits?'),
  ]);
  for (const _ of [1, 2]) expect(answerOf(await refund())).toMatchObject({ reversed: 400, creditsBack: 400 });
  expect(shop.stripe.refunds.size).toBe(1);
  const { err } = await credits('refund-purchase', id, '--amount', '99', '--reason', 'x');
  expect(err).toContain('Give 0.99 EUR back, and take 99 of its 500 credits?');
  const rest = await credits('refund-purchase', id, '--amount', '100', ...because);
  expect(answerOf(rest)).toMatchObject({ reversed: 500, creditsBack: 500 });
  expect(await shop.wallet(user)).toMatchObject({ available: 0, owed: 100 });
  expect(await credits('refund-purchase', id, '--amount', '1', ...because)).toMatchObject({
    code: 1,
    err: expect.stringContaining('purchase_not_refundable'),
  });
});
