import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { groupOf } from '../../src/credits/plumbing.js';
import { json } from '../admin/desk.js';
import { makeOwnServer, type OwnServer } from '../database/own-server.js';
import { PLANS, Subscriber } from '../payments/plan-shop.js';
import { StripeShop } from '../payments/stripe-shop.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { mapOf, userIn } from './two-databases.js';

// A purchase is where its buyer's wallet is. Two servers with four groups each, and one payment provider.

let here: TestDatabase;
let there: OwnServer;
let shop: StripeShop;
let far: pg.Pool;

const group = (userId: string) => groupOf(userId, 8);
const [NEAR, FAR] = [1, 6];
const buyerIn = (number: number) => userIn(number, group, `buyer ${randomUUID()}`);

beforeAll(async () => {
  here = await createEmptyDatabase();
  there = await makeOwnServer();
  await there.start();
  far = new pg.Pool({ connectionString: there.url, max: 2 });
  far.on('error', () => undefined);
  const places = { CREDIT_GROUPS: '8', DATABASE_GROUPS: mapOf(here.url, there.url), DATABASE_URL: here.url };
  shop = await StripeShop.open({ ...places, ...PLANS });
}, 120_000);

afterAll(async () => {
  const { body } = await shop.admin('GET', 'integrity');
  await shop.close();
  await far.end();
  await there.stop();
  there.remove();
  await here.drop();
  delete process.env['DATABASE_GROUPS'];
  delete process.env['CREDIT_GROUPS'];
  expect(body).toMatchObject({ ok: true, differences: [] });
});

const hear = async () => [...new Set(await shop.deliver(shop.stripe.events.splice(0)))];
const stateOf = async (user: string, id: string) => (await shop.look(user, id)).state;
const idsAt = async (pool: pg.Pool, user: string) =>
  (await pool.query('SELECT id FROM payments.purchases WHERE user_id = $1', [user])).rows;

describe('what somebody buys', () => {
  test.each([
    ['the first', NEAR],
    ['the other', FAR],
  ])('is on %s server, as their wallet is, and an event finds it there', async (_, number) => {
    const user = buyerIn(number);
    const { id, ref } = await shop.begin(user);
    shop.stripe.pay(ref);
    expect(await hear()).toEqual([200]);
    expect(await shop.entries(user)).toEqual(['grant 500']);
    expect(await idsAt(far, user)).toEqual(number === FAR ? [{ id }] : []);
    shop.stripe.dispute(ref);
    expect(await hear()).toEqual([200]);
    expect(await shop.entries(user)).toEqual(['grant 500', 'clawback -500']);
  });

  test('is listed with what others bought elsewhere, newest first, page by page', async () => {
    const bought: string[] = [];
    for (const number of [NEAR, FAR, NEAR, FAR]) bought.unshift((await shop.begin(buyerIn(number))).id);
    const { body: first } = await shop.admin('GET', 'purchases?limit=3');
    const { body: second } = await shop.admin('GET', `purchases?limit=3&cursor=${first.nextCursor}`);
    const listed = [...first.data, ...second.data].map(({ id }: { id: string }) => id);
    expect(listed.slice(0, 4)).toEqual(bought);
  });

  test('is refunded once by an operator of another server, whose name goes with their erasure', async () => {
    const [user, operator] = [buyerIn(FAR), buyerIn(NEAR)];
    const { id } = await shop.bought(user);
    const claims = { app_metadata: { role: 'admin' } };
    const ask = json('POST', { unused: true, reason: 'asked for it' }, randomUUID());
    const refund = () => shop.product.call(operator, `/api/admin/purchases/${id}/refund`, ask, claims);
    const first = await refund();
    expect(first).toMatchObject({ status: 201, body: { reversed: 500 } });
    expect((await refund()).text).toBe(first.text);
    const actors = async () => (await far.query('SELECT DISTINCT actor FROM payments.reversals')).rows;
    expect(await actors()).toContainEqual({ actor: operator });
    await shop.admin('DELETE', `wallets/${encodeURIComponent(operator)}/person`, { reason: 'asked for it' });
    expect(await actors()).not.toContainEqual({ actor: operator });
  });

  test('and is not known there any more is told to the operator, with an event that its id leads to', async () => {
    const user = buyerIn(FAR);
    await far.query(
      `INSERT INTO credits_0006.event_listeners (channel, type, until) VALUES ('handler', 'purchase.suspect', 'infinity')`,
    );
    const { id, ref } = await shop.begin(user);
    await far.query('DELETE FROM payments.purchases WHERE id = $1', [id]);
    shop.stripe.pay(ref);
    expect(await hear()).toEqual([200]);
    const { body } = await shop.admin('GET', 'purchases?state=suspect');
    expect(body.data).toMatchObject([{ id, userId: null, paidAmount: 500 }]);
    const { rows } = await far.query(`SELECT id FROM credits_0006.outbox WHERE data->>'purchaseId' = $1`, [
      id,
    ]);
    expect(rows.map((row: { id: string }) => parseInt(row.id.slice(15, 18), 16) >> 9)).toEqual([FAR]);
  });
});

test('a plan is one price at the provider, on whichever servers its subscribers are, and each pays on', async () => {
  shop.stripe.asked.splice(0);
  const subscribers: Subscriber[] = [];
  for (const number of [NEAR, FAR, FAR]) {
    const one = new Subscriber(shop, buyerIn(number));
    subscribers.push(await one.subscribe('PRO', 31));
  }
  expect(shop.stripe.asked.filter((request) => request === 'POST /v1/prices')).toHaveLength(1);
  for (const { subscription } of subscribers) shop.stripe.plans.renew(subscription);
  const events = shop.stripe.events.splice(0);
  // All at once: on a busy machine one may be told to come again.
  await until(async () => (await shop.deliver(events)).every((status) => status === 200));
  for (const one of subscribers) {
    expect((await one.entries()).filter((entry) => entry === 'grant 1000')).toHaveLength(2);
  }
});

describe('while one server is away', () => {
  test('the purchases on the other go on, and what was paid is found when it is back', async () => {
    const [near, away] = [buyerIn(NEAR), buyerIn(FAR)];
    const [first, second] = [await shop.begin(near), await shop.begin(away)];
    await there.stop();
    shop.stripe.pay(second.ref);
    const missed = [...shop.stripe.events];
    expect(await hear()).toEqual([503]);
    shop.stripe.pay(first.ref);
    expect(await hear()).toEqual([200]);
    expect(await shop.entries(near)).toEqual(['grant 500']);
    // Also where the checkout was made and its answer lost: the event names the purchase.
    const unanswered = await shop.begin(near);
    const forget = 'UPDATE payments.purchases SET session_ref = NULL WHERE id = $1';
    await shop.product.sql.query(forget, [unanswered.id]);
    shop.stripe.pay(unanswered.ref);
    expect(await hear()).toEqual([200]);
    expect(await shop.entries(near)).toEqual(['grant 500', 'grant 500']);
    // And without an event.
    const third = await shop.begin(near);
    shop.stripe.pay(third.ref);
    shop.stripe.events.splice(0);
    await shop.product.sql.query('UPDATE payments.purchases SET look_due_at = now() WHERE id = $1', [
      third.id,
    ]);
    await shop.sweep().catch(() => undefined);
    expect(await shop.entries(near)).toEqual(['grant 500', 'grant 500', 'grant 500']);
    expect((await shop.buy(away)).status).toBe(503);

    await there.start();
    await until(
      async () => (await shop.product.call(away, '/api/credits?refresh=true')).status === 200,
      20_000,
    );
    expect(await shop.deliver(missed)).toEqual([200]);
    expect(await stateOf(away, second.id)).toBe('paid');
    expect(await shop.entries(away)).toEqual(['grant 500']);
  });
});
