import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { dropMovedGroup } from '../../src/backup/frozen-group.js';
import { moveGroup } from '../../src/backup/move-group.js';
import { groupOf, newId } from '../../src/credits/plumbing.js';
import { openProduct, upload, type Product } from '../app/product.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { userIn } from './two-databases.js';

// A group goes to another server as docs/operating.md says: it is read-only meanwhile, and then as it was.

let one: TestDatabase;
let two: TestDatabase;
let product: Product;
let source: pg.Client;
let target: pg.Client;

beforeAll(async () => {
  [one, two] = [await createEmptyDatabase(), await createEmptyDatabase()];
  [source, target] = [new pg.Client(one.url), new pg.Client(two.url)];
  await source.connect();
  await target.connect();
  product = await openProduct(placed(`0-3=${one.url}`));
}, 120_000);

afterAll(async () => {
  await product.close();
  await source.end();
  await target.end();
  await one.drop();
  await two.drop();
  delete process.env['DATABASE_GROUPS'];
  delete process.env['CREDIT_GROUPS'];
});

function placed(map: string): Record<string, string> {
  return { CREDIT_GROUPS: '4', DATABASE_GROUPS: map, PAYMENTS: 'off', CREDIT_SIGNUP_GRANT: '100' };
}

const group = (userId: string) => groupOf(userId, 4);
const [moving, staying] = [userIn(3, group), userIn(1, group)];
const pay = (userId: string, key: string) =>
  product.call(userId, '/api/upload/txt', upload('A word.', 'a.txt', { 'idempotency-key': key }));
const quiet = () => undefined;

/** As it stands where plans were sold while all groups were on one server. */
async function buyPlan(userId: string): Promise<void> {
  const [first, renewed, subscription, customer, unknown] = Array.from({ length: 5 }, () => newId(userId));
  await source.query(`
    INSERT INTO payments.plan_terms (id, provider, plan, credits, amount, currency, months, carry, price_ref)
    VALUES ('${TERMS}', 'demo', 'PRO', 1000, 900, 'EUR', 1, 0, 'demo_price') ON CONFLICT DO NOTHING;
    INSERT INTO payments.customers (id, user_id, provider, ref) VALUES ('${customer}', '${userId}', 'demo', 'demo_customer');
    INSERT INTO payments.subscriptions (id, user_id, terms, provider, ref, state)
    VALUES ('${subscription}', '${userId}', '${TERMS}', 'demo', 'demo_sub_${first}', 'active');
    INSERT INTO payments.purchases (id, user_id, offer, credits, amount, currency, provider, state, terms, subscription_id)
    VALUES ('${first}', '${userId}', 'PRO', 1000, 900, 'EUR', 'demo', 'expired', '${TERMS}', '${subscription}');
    INSERT INTO payments.purchases (id, amount, currency, provider, state, suspicion)
    VALUES ('${unknown}', 900, 'EUR', 'demo', 'suspect', 'paid for a purchase that is not in this database');
    INSERT INTO payments.reversals (purchase_id, ref, kind, amount) VALUES ('${first}', 're_1', 'refund', 1);
    INSERT INTO payments.demo_subscriptions (ref, price, paid_until, is_trial)
    VALUES ('demo_sub_${first}', 'demo_price', now(), false);
    INSERT INTO payments.demo_checkouts (ref, purchase_id, credits, amount, currency)
    VALUES ('demo_${first}', '${first}', 1000, 900, 'EUR'), ('demo_${renewed}', '${renewed}', 1000, 900, 'EUR');
    INSERT INTO payments.demo_reversals (ref, checkout, kind, amount)
    VALUES ('bank_${first}', 'demo_${first}', 'refund', 1)`);
}

const TERMS = '00000000-0000-4000-8000-000000000001';

/** How many rows of purchases there are in a database, table by table. */
async function bought(database: pg.Client): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of Object.keys(OF_ONE)) {
    const { rows } = await database.query(`SELECT count(*)::int AS n FROM payments.${table}`);
    counts[table] = rows[0].n;
  }
  return counts;
}

const OF_ONE = {
  ...{ purchases: 2, subscriptions: 1, customers: 1, reversals: 1 },
  ...{ demo_checkouts: 2, demo_reversals: 1, demo_subscriptions: 1, plan_terms: 1 },
};

async function seen(userId: string): Promise<unknown> {
  const paths = [
    '/api/credits?refresh=true',
    '/api/credits/history',
    '/api/credits/grants',
    '/api/documents',
  ];
  const answers = await Promise.all(paths.map((path) => product.call(userId, path)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const [balance, ...lists] = answers.map(({ body }) => body);
  const { asOf: _, source: __, ...wallet } = balance;
  return [wallet, lists];
}

/** It has copied much by then. Nobody whose group is on the other server has to wait for it. */
async function moveThatIsKilled(): Promise<void> {
  const [from, to] = [new pg.Client(one.url), new pg.Client(two.url)];
  for (const client of [from, to]) {
    client.on('error', () => undefined);
    await client.connect();
  }
  await source.query('BEGIN; LOCK TABLE payments.demo_reversals IN ACCESS EXCLUSIVE MODE');
  const killed = moveGroup(from, to, 3, quiet).catch((error: Error) => error);
  const waiting = `SELECT FROM pg_locks WHERE relation = 'payments.demo_reversals'::regclass AND NOT granted`;
  await until(async () => (await source.query(waiting)).rowCount === 1, 30_000);
  await target.query('SET lock_timeout = 500');
  await target.query('UPDATE library.documents SET filename = filename');
  for (const client of [from, to]) client.connection.stream.destroy();
  await source.query('ROLLBACK');
  expect(await killed).toBeInstanceOf(Error);
  expect((await pay(moving, 'after it was killed')).status).toBe(503);
}

test('a move that cannot be made leaves the group where it is, and writable', async () => {
  await target.query('CREATE SCHEMA library; CREATE TABLE library.migrations (name int)');
  await expect(moveGroup(source, target, 3, quiet)).rejects.toThrow();
  await target.query('DROP SCHEMA library CASCADE; DROP SCHEMA IF EXISTS credits CASCADE');
  expect((await pay(moving, 'before the move')).status).toBe(201);
  await expect(moveGroup(source, target, 4, quiet)).rejects.toThrow('group 4 is not in the database');
});

test('a schema of that name that is somebody else’s stays as it is, and so does the group', async () => {
  await target.query('CREATE SCHEMA credits_0003; CREATE TABLE credits_0003.invoices ()');
  await expect(moveGroup(source, target, 3, quiet)).rejects.toThrow('already exists');
  await target.query('SELECT FROM credits_0003.invoices; DROP SCHEMA credits_0003 CASCADE');
  expect((await pay(moving, 'after it was refused')).status).toBe(201);
});

test('a group that moves is read-only, and then all that it was', async () => {
  for (const userId of [moving, staying]) await buyPlan(userId);
  const first = await pay(moving, 'paid before it');
  expect((await pay(staying, 'paid before it')).status).toBe(201);
  const before = await seen(moving);
  await moveThatIsKilled();

  const { wallets, rows } = await moveGroup(source, target, 3, quiet);
  expect(wallets).toBe(1);
  expect(rows).toBeGreaterThan(5);
  expect(await bought(target)).toEqual(OF_ONE);
  const refused = await pay(moving, 'paid meanwhile');
  expect(refused).toMatchObject({ status: 503, body: { code: 'credits_unavailable' } });
  // Nor does what the product keeps for its users change, which costs nothing.
  const deleted = await product.call(moving, `/api/documents/${first.body.id}`, { method: 'DELETE' });
  expect(deleted.status).toBe(503);
  expect((await product.call(moving, '/api/credits?refresh=true')).status).toBe(200);
  expect(await seen(moving)).toEqual(before);
  expect((await pay(staying, 'paid meanwhile')).status).toBe(201);
  await expect(
    source.query(`UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = $1`, [moving]),
  ).rejects.toMatchObject({ code: '55P03' });

  await product.close();
  product = await openProduct(placed(`0-2=${one.url} 3=${two.url}`));
  expect(await seen(moving)).toEqual(before);
  expect((await pay(moving, 'paid before it')).text).toBe(first.text);
  expect((await pay(moving, 'paid meanwhile')).status).toBe(201);
  expect((await pay(staying, 'paid afterwards')).status).toBe(201);
  await expect(moveGroup(source, target, 3, quiet)).rejects.toThrow('in the other database already');
}, 120_000);

test('what it leaves behind goes when nobody asks for it any more', async () => {
  await expect(dropMovedGroup(source, 1)).rejects.toThrow('group 1 has not moved away');
  await expect(dropMovedGroup(target, 3)).rejects.toThrow('group 3 has not moved away');
  await dropMovedGroup(source, 3);
  expect([await bought(source), await bought(target)]).toEqual([OF_ONE, OF_ONE]);
  await product.close();
  product = await openProduct(placed(`0-2=${one.url} 3=${two.url}`));
  const { rows } = await source.query('SELECT user_id FROM credits.entries GROUP BY 1');
  expect(rows).toEqual([{ user_id: staying }]);
  const { rows: documents } = await source.query('SELECT user_id FROM library.documents GROUP BY 1');
  expect(documents).toEqual([{ user_id: staying }]);
  const { rows: there } = await target.query('SELECT user_id FROM credits.wallets');
  expect(there).toEqual([{ user_id: moving }]);
}, 120_000);
