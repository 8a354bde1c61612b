import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProductProcess } from '../app/product-process.js';
import { startShop, type ShopProcess } from '../payments/shop-process.js';
import { tokenFor } from '../support/app.js';
import { until } from '../support/until.js';
import { Desk, requestsFor } from './every-route.mjs';

// What grows for ever is read by its indexes. A request that walks a whole table answers at once in every test, and with a
// million wallets not at all.

/** They are about all wallets, and take as long as there are many. */
const ABOUT_ALL = ['GET /api/admin/overview', 'GET /api/admin/integrity'];
/** A walk by an index reads as many of its rows as there are. */
const WALKS = `
  SELECT t.relname AS table, t.seq_scan::int AS walks, sum(i.idx_tup_read)::int AS rows
    FROM pg_stat_user_tables t JOIN pg_stat_user_indexes i USING (relid)
   WHERE t.schemaname = 'credits' AND t.relname IN ('wallets', 'ledger_entries', 'grant_terms', 'grant_layers')
   GROUP BY 1, 2 ORDER BY 1`;
const WALLETS = 5_000;

let shop: ShopProcess;
let product: ProductProcess;

beforeAll(async () => {
  shop = await startShop({ CREDIT_SIGNUP_GRANT: '1000', RATE_LIMIT_PER_MINUTE: '0' });
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
}, 120_000);
afterAll(() => shop.close());

const OTHERS = `
  SELECT FROM pg_stat_activity
   WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;

interface Read {
  table: string;
  walks: number;
  rows: number;
}

async function readSoFar(): Promise<Read[]> {
  // A connection tells what it did when it ends.
  await until(async () => (await product.sql.query(OTHERS)).rowCount === 0);
  return (await product.sql.query<Read>(WALKS)).rows;
}

/** How often each table was walked, and how much of its indexes was read, while the product ran. */
async function readWhile(work: () => Promise<void>): Promise<Read[]> {
  await product.kill();
  const before = await readSoFar();
  await product.start();
  await work();
  await product.kill();
  return (await readSoFar()).map(({ table, walks, rows }, i) => ({
    table,
    walks: walks - before[i]!.walks,
    rows: rows - before[i]!.rows,
  }));
}

test('no request walks the wallets, the ledger or the grants', async () => {
  const idle = await readWhile(async () => undefined);
  const asked = await readWhile(async () => {
    const { paths } = (await (await fetch(`${product.url}openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const desk = new Desk(product.url, (user, isAdmin) =>
      tokenFor(user, isAdmin ? { app_metadata: { role: 'admin' } } : {}),
    );
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
  });
  expect(asked).toHaveLength(4);
  expect(asked.filter(({ walks, rows }, i) => walks > idle[i]!.walks || rows >= WALLETS)).toEqual([]);
}, 120_000);
