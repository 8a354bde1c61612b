import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Described } from '../app/described.js';
import { openProduct, type Product } from '../app/product.js';
import { sellingThrough } from '../payments/stripe-shop.js';
import { tokenFor } from '../support/app.js';
import { StripeDouble } from '../support/stripe-double.js';
import { Desk, requestsFor, type Made, type RouteRequest } from './every-route.mjs';

let stripe: StripeDouble;
let product: Product;
let desk: Desk;
let requests: RouteRequest[];
/** Asked for beforehand, while everything is where it belongs. */
let prepared: Map<string, Made>;

beforeAll(async () => {
  stripe = await StripeDouble.open();
  product = await openProduct({
    ...sellingThrough(stripe),
    CREDIT_SIGNUP_GRANT: '1000',
    CREDIT_DISPLAY_CACHE_TTL_SECONDS: '0',
  });
  desk = new Desk(product.url, (user, isAdmin) =>
    tokenFor(user, isAdmin ? { app_metadata: { role: 'admin' } } : {}),
  );
  const routes = (await Described.by(product)).operations.map(([route]) => route);
  // What was erased stays so, and a slow route asks the database what the others of its kind ask.
  requests = requestsFor(routes).filter(({ route, isSlow }) => !isSlow && !route.endsWith('/person'));
  prepared = new Map();
  for (const { route } of requests) prepared.set(route, await desk.prepare(route, 'alice'));
});
afterAll(async () => {
  await product.close();
  await stripe.close();
});

const TABLES = `
  SELECT format('%s %I.%I', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, nspname, relname) AS name,
         array_agg(quote_ident(attname)) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute a ON attrelid = c.oid
   WHERE nspname IN ('credits', 'library', 'payments') AND relkind IN ('r', 'p', 'v') AND relname <> 'migrations'
     AND attnum > 0 AND NOT attisdropped
   GROUP BY 1 ORDER BY 1`;
const FUNCTIONS = `
  SELECT format('FUNCTION %s', oid::regprocedure) AS name FROM pg_proc
   WHERE pronamespace = 'credits'::regnamespace AND prorettype <> 'trigger'::regtype ORDER BY 1`;

let askedFor = 0;

const everyOther = (half: number) => requests.filter((_, i) => (i + half) % 2 === 0);

/** What the routes answer, without those that need nothing of what is gone. */
async function failures(asked = requests): Promise<string[]> {
  askedFor += 1;
  const answers: string[] = [];
  for (const { route } of asked) {
    // Somebody new, so that the welcome is tried as well.
    const user = route.startsWith('GET /api/credits') ? `newcomer-${askedFor}` : 'alice';
    const key = `gone-${askedFor}-${route}`.replace(/[^\x20-\x7e]/g, '');
    const { status, body } = await desk.ask(route, user, prepared.get(route)!, key);
    if (status >= 500) answers.push(`${status} ${body.code} ${route}`);
  }
  return answers;
}

/** The statements, and others that take them back, without anything in between. */
async function whileDone<T>(done: string[], undone: string[], look: () => Promise<T>): Promise<T> {
  await product.sql.query(done.join(';'));
  try {
    return await look();
  } finally {
    await product.sql.query(undone.join(';'));
  }
}

/** A fault of ours, on at least one route; trying again would be no help on any. */
function expectFaults(found: Record<string, string[]>): void {
  const others = Object.values(found)
    .flat()
    .filter((answer) => !answer.startsWith('500 internal'));
  expect(others).toEqual([]);
}

describe('where the database is not as the program knows it', () => {
  test('a table that is gone is a fault of ours on every route that needs it', async () => {
    const { rows } = await product.sql.query<{ name: string }>(TABLES);
    expect(rows.length).toBeGreaterThan(10);
    const found: Record<string, string[]> = {};
    for (const [i, { name }] of rows.entries()) {
      const renamed = name.replace(/"?$/, '_gone$&');
      const short = renamed.split('.')[1]!;
      const there = [`ALTER ${name} RENAME TO ${short}`];
      const back = [`ALTER ${renamed} RENAME TO ${name.split('.')[1]}`];
      found[name] = await whileDone(there, back, () => failures(everyOther(i)));
    }
    expectFaults(found);
    expect(Object.values(found).filter((answers) => answers.length > 0).length).toBeGreaterThan(7);
  }, 400_000);

  test('so are its columns', async () => {
    const { rows } = await product.sql.query<{ name: string; columns: string[] }>(TABLES);
    const found: Record<string, string[]> = {};
    for (const [i, { name, columns }] of rows.entries()) {
      const rename = (from: string, to: string) => `ALTER ${name} RENAME COLUMN ${from} TO ${to}`;
      found[name] = await whileDone(
        columns.map((column) => rename(column, `gone_${column}`)),
        columns.map((column) => rename(`gone_${column}`, column)),
        // The half that met the table itself does without this.
        () => failures(everyOther(i + 1)),
      );
    }
    expectFaults(found);
    expect(Object.values(found).filter((answers) => answers.length > 0).length).toBeGreaterThan(7);
  }, 400_000);

  test('and the functions of the ledger', async () => {
    const { rows } = await product.sql.query<{ name: string }>(FUNCTIONS);
    const found: Record<string, string[]> = {};
    for (const { name } of rows) {
      const [, own, rest] = /\.(\w+)(\(.*)$/.exec(name)!;
      const there = [`ALTER ${name} RENAME TO ${own}_gone`];
      const back = [`ALTER FUNCTION credits.${own}_gone${rest} RENAME TO ${own}`];
      found[name] = await whileDone(there, back, failures);
    }
    expectFaults(found);
    expect(found['FUNCTION credits.apply(jsonb,boolean,boolean)'] ?? Object.values(found).flat()).not.toEqual(
      [],
    );
  }, 400_000);

  test('and all is well again as soon as it is back', async () => {
    expect(await failures()).toEqual([]);
  });
});
