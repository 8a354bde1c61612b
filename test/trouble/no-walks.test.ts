import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ProductProcess } from '../app/product-process.js';
import { PLANS } from '../payments/plan-shop.js';
import { startShop, type ShopProcess } from '../payments/shop-process.js';
import { tokenFor } from '../support/app.js';
import { until } from '../support/until.js';
import { Desk, requestsFor } from './every-route.mjs';
import { grow, grownTables } from './grown.js';

// What grows for ever is read by its indexes. A request that walks a whole table answers at once in every test, and with a
// million wallets not at all.

/** A handful of rows, or as many as requests run just now; the bank of the demo is no part of a product that sells. */
const SMALL = `
  credits.event_listeners credits.event_settings credits.migrations credits.monthly_grant credits.placement
  credits.price_lists credits.running_holds library.installation library.jobs library.migrations payments.demo_checkouts
  payments.demo_reversals payments.demo_subscriptions payments.migrations payments.watches`.split(/\s+/);
/** Once an hour, and at a start, each row of a file is looked at, a page at a time: whether its file is there. */
const LOOKED_THROUGH = ['library.documents', 'library.exports', 'library.recordings'];
/** Each process once: whether all of them were written under its key. An erasure also looks through gifts. */
const ONCE = ['credits.erasures', 'credits.gifts'];
/** Names that a page of lines is joined with: while there are few of them PostgreSQL reads them all. */
const NAMES = ['credits.actors', 'credits.reasons'];
/** They are about all wallets, or what was done to any of them in some days, and take as long as there is much of it. */
const ABOUT_ALL = ['GET /api/admin/overview', 'GET /api/admin/acts', 'GET /api/admin/integrity'];
/** Lists by what few rows, or none, have. */
const FILTERED = [
  'wallets?query=somebody-else',
  'events?failed=true',
  'events?userId=user-7',
  'purchases?state=failed',
  'purchases?userId=user-7',
  'wallets/user-7/entries?kind=restore',
  'wallets/user-7/entries?action=none',
];
const READ = `
  SELECT t.schemaname || '.' || t.relname AS table,
         (t.seq_tup_read + COALESCE(sum(i.idx_tup_read), 0))::int AS rows
    FROM pg_stat_user_tables t LEFT JOIN pg_stat_user_indexes i USING (relid)
   WHERE t.schemaname || '.' || t.relname = ANY ($1) GROUP BY 1, t.seq_tup_read ORDER BY 1`;
const WALLETS = 5_000;

/** Each start has another address. */
const deskOf = ({ url }: ProductProcess) =>
  new Desk(url, (user, isAdmin) => tokenFor(user, isAdmin ? { app_metadata: { role: 'admin' } } : {}));

let shop: ShopProcess;
let product: ProductProcess;

beforeAll(async () => {
  shop = await startShop({
    ...PLANS,
    CREDIT_SIGNUP_GRANT: '1000',
    CREDIT_MONTHLY_GRANT: '5',
    CREDIT_EVENTS_URL: 'http://127.0.0.1:9/events',
    CREDIT_EVENTS_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}`,
    RATE_LIMIT_PER_MINUTE: '0',
  });
  product = shop.product;
  const { connectionString } = product.sql.options as { connectionString: string };
  const seed = join(import.meta.dirname, '../bench/scale/seed.mjs');
  await promisify(execFile)(
    'node',
    [seed, '--wallets', String(WALLETS), '--entries', '30000', '--deep', '5000'],
    {
      env: { ...process.env, DATABASE_URL: connectionString },
    },
  );
  const erasure = 'DELETE /api/admin/wallets/{userId}/person';
  const desk = deskOf(product);
  await desk.ask(erasure, 'gone', await desk.prepare(erasure, 'gone'), 'somebody goes');
  await grow(product.sql);
}, 120_000);
afterAll(() => shop.close());

test('every table that grows has grown', async () => {
  const { rows } = await product.sql.query<{ name: string }>(
    `SELECT schemaname || '.' || tablename AS name FROM pg_tables
      WHERE schemaname IN ('credits', 'payments', 'library') ORDER BY 1`,
  );
  const growing = rows.map(({ name }) => name).filter((name) => !SMALL.includes(name));
  expect(await grownTables(product.sql, WALLETS)).toEqual(growing);
});

const OTHERS = `
  SELECT FROM pg_stat_activity
   WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;

interface Read {
  table: string;
  rows: number;
}

async function readSoFar(): Promise<Read[]> {
  // A connection tells what it did when it ends.
  await until(async () => (await product.sql.query(OTHERS)).rowCount === 0);
  const grown = await grownTables(product.sql, WALLETS);
  return (await product.sql.query<Read>(READ, [grown])).rows;
}

/** How many rows of each table, or of its indexes, were read while the product ran. */
async function readWhile(work: () => Promise<void>): Promise<Map<string, number>> {
  await product.kill();
  const before = await readSoFar();
  await product.start();
  await work();
  await product.kill();
  return new Map((await readSoFar()).map(({ table, rows }, i) => [table, rows - before[i]!.rows]));
}

let idle: Map<string, number>;

test('what comes by itself, each second or each half minute, walks no table that grows', async () => {
  // Long enough for the sweeps of holds, credits, purchases and events, and for the notices of expiry.
  idle = await readWhile(() => delay(8_000));
  const walked = [...idle].filter(
    ([table, rows]) => rows >= WALLETS && ![...LOOKED_THROUGH, ...ONCE].includes(table),
  );
  expect(walked).toEqual([]);
}, 60_000);

const walkedBeside = (asked: Map<string, number>) =>
  [...asked].filter(
    ([table, rows]) => rows - idle.get(table)! >= WALLETS && ![...ONCE, ...NAMES].includes(table),
  );

test('no request walks a table that grows', async () => {
  const asked = await readWhile(async () => {
    const { paths } = (await (await fetch(`${product.url}openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const desk = deskOf(product);
    const routes = Object.entries(paths)
      .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
      .filter((route) => !ABOUT_ALL.includes(route));
    for (const [index, { route, isSlow }] of requestsFor(routes).entries()) {
      if (isSlow) continue;
      const user = `reader-${index}`;
      // Somebody with a history.
      await desk.prepare('GET /api/documents/{id}', user);
      const { status } = await desk.ask(route, user, await desk.prepare(route, user), `walk ${index}`);
      expect([route, status >= 500]).toEqual([route, false]);
    }
    const authorization = `Bearer ${await tokenFor('root', { app_metadata: { role: 'admin' } })}`;
    for (const list of FILTERED) {
      const { status } = await fetch(`${product.url}api/admin/${list}`, { headers: { authorization } });
      expect([list, status]).toEqual([list, 200]);
    }
  });
  expect(walkedBeside(asked)).toEqual([]);
}, 120_000);

test('neither does what a provider tells of payments and plans', async () => {
  const { stripe } = shop;
  const asked = await readWhile(async () => {
    const desk = deskOf(product);
    const bought = async (offer: string, pay: (ref: string) => void) => {
      const request = { url: `${product.url}api/credits/purchases`, body: JSON.stringify({ offer }) };
      const authorization = `Bearer ${await tokenFor('buyer')}`;
      const headers = { authorization, 'content-type': 'application/json' };
      const begun = await fetch(request.url, { method: 'POST', headers, body: request.body });
      const { id, url } = (await begun.json()) as { id: string; url: string };
      const ref = new URL(url).pathname.slice(1);
      pay(ref);
      await desk.ask('GET /api/credits/purchases/{id}', 'buyer', { id }, 'not a key');
      return ref;
    };
    const tell = async () => {
      for (const event of stripe.events.splice(0)) {
        const { status } = await fetch(`${product.url}api/payments/events`, stripe.signed(event));
        expect(status).toBe(200);
      }
    };
    let subscription = '';
    const pack = await bought('STARTER', (ref) => stripe.pay(ref));
    await bought('PRO', (ref) => void (subscription = stripe.plans.subscribe(ref, { daysAgo: 31 })));
    await tell();
    stripe.plans.renew(subscription);
    stripe.win(stripe.dispute(pack));
    stripe.failRefund(stripe.refund(pack, 100));
    await tell();
    expect(await desk.ask('GET /api/credits/subscriptions', 'buyer', {}, 'not a key')).toMatchObject({
      body: { data: [{ state: 'active' }] },
    });
  });
  expect(walkedBeside(asked)).toEqual([]);
}, 120_000);
