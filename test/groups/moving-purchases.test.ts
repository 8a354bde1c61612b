import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { tablesOf } from '../../src/backup/catalog.js';
import { dropMovedGroup } from '../../src/backup/frozen-group.js';
import { moveGroup } from '../../src/backup/move-group.js';
import { mergesBy, rowsOfGroup } from '../../src/backup/rows-of-group.js';
import { groupOf } from '../../src/credits/plumbing.js';
import { PLANS, Subscriber } from '../payments/plan-shop.js';
import { sellingThrough, StripeShop } from '../payments/stripe-shop.js';
import { openProduct } from '../app/product.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { userIn } from './two-databases.js';

// What a group's users bought moves with the group, and is paid on and refunded where it is then.

let databases: [TestDatabase, TestDatabase];
let clients: [pg.Client, pg.Client];
let shop: StripeShop;

beforeAll(async () => {
  databases = [await createEmptyDatabase(), await createEmptyDatabase()];
  clients = [new pg.Client(databases[0].url), new pg.Client(databases[1].url)];
  for (const client of clients) await client.connect();
  shop = await StripeShop.open(placed(`0-3=${databases[0].url}`));
}, 120_000);

afterAll(async () => {
  await shop.close();
  for (const client of clients) await client.end();
  for (const database of databases) await database.drop();
  delete process.env['DATABASE_GROUPS'];
  delete process.env['CREDIT_GROUPS'];
});

const placed = (map: string) => ({
  ...{ CREDIT_GROUPS: '4', DATABASE_GROUPS: map, DATABASE_URL: databases[0].url },
  ...PLANS,
});
const subscriberIn = (number: number) =>
  new Subscriber(
    shop,
    userIn(number, (id) => groupOf(id, 4), `buyer ${randomUUID()}`),
  ).subscribe('PRO', 31);
const hear = async () => [...new Set(await shop.deliver(shop.stripe.events.splice(0)))];

test('every table goes with a group, serves all of them, or stays where it is for a reason', async () => {
  const of = { schema: 'credits_0003', group: 3, count: 4 };
  const left = (await tablesOf(clients[0], ['library', 'payments'])).filter(
    (table) => rowsOfGroup(table, of) === undefined && mergesBy(table) === undefined,
  );
  // The database's own id.
  expect(left.map(({ sql }) => sql)).toEqual(['library.installation']);
});

test('plans, packs and money for nobody known move with their group', async () => {
  const [moving, staying] = [await subscriberIn(3), await subscriberIn(1)];
  const pack = await shop.bought(moving.user);
  const lost = await shop.begin(moving.user);
  await clients[0].query('DELETE FROM payments.purchases WHERE id = $1', [lost.id]);
  shop.stripe.pay(lost.ref);
  expect(await hear()).toEqual([200]);

  await moveGroup(clients[0], clients[1], 3, () => undefined);
  await shop.product.close();
  const map = placed(`0-2=${databases[0].url} 3=${databases[1].url}`);
  Object.assign(shop, { product: await openProduct(sellingThrough(shop.stripe, map)) });
  await dropMovedGroup(clients[0], 3);

  for (const { subscription } of [moving, staying]) shop.stripe.plans.renew(subscription);
  expect(await hear()).toEqual([200]);
  expect((await moving.entries()).filter((entry) => entry === 'grant 1000')).toHaveLength(2);
  expect((await staying.entries()).filter((entry) => entry === 'grant 1000')).toHaveLength(2);
  const refunded = await shop.refund(pack.id, { unused: true });
  expect(refunded).toMatchObject({ status: 201, body: { reversed: 500 } });
  // It is refunded as well, where it is now, and was not reported anew.
  const { body } = await shop.admin('GET', 'purchases?state=suspect');
  expect(body.data.map(({ id }: { id: string }) => id)).toEqual([lost.id]);
  expect(await shop.refund(lost.id, { unused: true })).toMatchObject({ status: 201 });
  const counts = clients.map((client) => client.query('SELECT count(*)::int AS n FROM payments.purchases'));
  expect((await Promise.all(counts)).map(({ rows }) => rows[0].n)).toEqual([2, 4]);
}, 120_000);
