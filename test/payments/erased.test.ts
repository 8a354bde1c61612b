import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PLANS, Subscriber } from './plan-shop.js';
import { StripeShop, somebody } from './stripe-shop.js';

// Who is erased pays nowhere any more: what is open is closed at the provider first.

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open(PLANS);
});
afterEach(() => {
  shop.stripe.troubles = [];
  shop.stripe.letGo();
});
afterAll(() => shop.close());

const statusOf = (ref: string) => shop.stripe.sessions.get(ref)!.status;
const stateOf = async (id: string) => (await shop.admin('GET', `purchases/${id}`)).body.state;

test('open checkouts are closed at the provider, of packs as of plans', async () => {
  const user = somebody();
  const open = [await shop.begin(user), await shop.begin(user, 'STUDIO'), await shop.begin(user, 'PRO')];
  const { ref: paid } = await shop.bought(user);
  expect((await shop.erase(user)).status).toBe(200);
  expect(open.map(({ ref }) => statusOf(ref))).toEqual(['expired', 'expired', 'expired']);
  for (const { id } of open) expect(await stateOf(id)).toBe('expired');
  expect(statusOf(paid)).toBe('complete');
});

test('where the provider is away nobody is erased', async () => {
  const user = somebody();
  const { id, ref } = await shop.begin(user);
  shop.stripe.troubles = [{ request: /POST .*expire/, times: 99, kind: '500 before' }];
  expect(await shop.erase(user)).toMatchObject({ status: 503, body: { code: 'payments_unavailable' } });
  shop.stripe.troubles = [];
  expect(await shop.look(user, id)).toMatchObject({ state: 'open' });
  expect((await shop.erase(user)).status).toBe(200);
  expect(statusOf(ref)).toBe('expired');
});

test('what was paid a moment before is honoured, and stays with the books', async () => {
  const user = somebody();
  const { id, ref } = await shop.begin(user);
  shop.stripe.pay(ref);
  const { status, body } = await shop.erase(user);
  expect([status, body.wallet.balance, await stateOf(id)]).toEqual([200, 500, 'paid']);
});

describe('money that comes all the same', () => {
  test('from a bank that took its time, is suspect and grants nothing; it can be given back', async () => {
    const user = somebody();
    const { id, ref } = await shop.begin(user);
    shop.stripe.payLater(ref);
    expect((await shop.erase(user)).status).toBe(200);
    shop.stripe.bankPays(ref);
    shop.stripe.events.splice(0);
    await shop.sweep();
    expect((await shop.admin('GET', `purchases/${id}`)).body).toMatchObject({
      state: 'suspect',
      suspicion: 'the buyer was erased before the payment came',
      userId: expect.stringMatching(/^erased:/),
      entryId: null,
    });
    expect(await shop.refund(id, { unused: true })).toMatchObject({ status: 201, body: { reversed: 500 } });
    expect(shop.stripe.refunds.size).toBe(1);
  });

  test('and a checkout that was just being made is closed when it is there', async () => {
    const user = somebody();
    shop.stripe.troubles = [{ request: /POST .*sessions$/, times: 1, kind: 'late' }];
    const buying = shop.buy(user);
    await shop.stripe.isAsked();
    expect((await shop.erase(user)).status).toBe(200);
    shop.stripe.letGo();
    expect((await buying).status).toBe(403);
    expect(statusOf([...shop.stripe.sessions.keys()].at(-1)!)).toBe('expired');
  });
});

test('no table of payments names who was erased', async () => {
  const { user } = await Subscriber.of(shop, 'PRO');
  const { id } = await shop.bought(user);
  await shop.refund(id, { amount: 100 });
  expect((await shop.erase(user)).status).toBe(200);
  const { sql } = shop.product;
  const { rows: tables } = await sql.query(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'payments'`,
  );
  for (const { name } of tables) {
    const { rows } = await sql.query(`SELECT FROM payments.${name} t WHERE strpos(t::text, $1) > 0`, [user]);
    expect([name, rows.length]).toEqual([name, 0]);
  }
});
