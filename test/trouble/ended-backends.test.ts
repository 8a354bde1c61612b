import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Described } from '../app/described.js';
import { openProduct, type Product } from '../app/product.js';
import { sellingThrough } from '../payments/stripe-shop.js';
import { tokenFor } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { StripeDouble } from '../support/stripe-double.js';
import { until } from '../support/until.js';
import { BackendEnder, MOMENTS, type Moment } from './backend-ender.js';
import { Desk, requestsFor, type RouteAnswer, type RouteRequest } from './every-route.mjs';

const HOLD_TTL_SECONDS = 2;

let database: TestDatabase;
let ender: BackendEnder;
let stripe: StripeDouble;
let product: Product;
let desk: Desk;
let requests: RouteRequest[];
let users = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  ender = await BackendEnder.before(database.url);
  stripe = await StripeDouble.open();
  product = await openProduct({
    ...sellingThrough(stripe),
    DATABASE_URL: ender.url,
    CREDIT_SIGNUP_GRANT: '100',
    CREDIT_HOLD_TTL_SECONDS: String(HOLD_TTL_SECONDS),
    CREDIT_DISPLAY_CACHE_TTL_SECONDS: '0',
  });
  desk = new Desk(product.url, (user, isAdmin) =>
    tokenFor(user, isAdmin ? { app_metadata: { role: 'admin' } } : {}),
  );
  const routes = (await Described.by(product)).operations.map(([route]) => route);
  // Reading aloud is not sold here: it asks the database nothing, so what is ended meanwhile is somebody else's.
  requests = requestsFor(routes.filter((route) => !route.endsWith('/aloud')));
});
afterAll(async () => {
  // The books are checked with it.
  await product.close();
  await ender.close();
  await stripe.close();
  await database.drop();
});

interface Strike {
  user: string;
  statement: string;
  answer: RouteAnswer;
  ask: () => Promise<RouteAnswer>;
}

/** The request with the backend of its n-th statement ended; undefined when it makes fewer. */
async function struckAt(n: number, moment: Moment, { route }: RouteRequest): Promise<Strike | undefined> {
  const user = `user-${(users += 1)}`;
  const made = await desk.prepare(route, user);
  ender.aimAt(n, moment);
  const ask = () => desk.ask(route, user, made, `struck-${user}`);
  const answer = await ask();
  ender.rest();
  return ender.struck === undefined ? undefined : { user, ask, answer, statement: ender.struck };
}

/** Told so, or not harmed by it; never a fault of ours. */
function isTold({ refusal }: RouteRequest, { status, headers, body }: RouteAnswer): boolean {
  if (status < 400 || status === refusal) return true;
  return status === 503 && body.code === 'credits_unavailable' && Number(headers.get('retry-after')) >= 1;
}

/** What was deleted or erased unheard is not there any more. */
const isDone = ({ route, refusal }: RouteRequest, { status }: RouteAnswer) =>
  status < 400 || (route.startsWith('DELETE') && status === 404) || status === refusal;

describe.each(MOMENTS)('when the backend of any of its statements is ended %s', (moment) => {
  test('every route says so and nothing else, and asked again under its key it happens once', async () => {
    const faults: string[] = [];
    const strikes: (Strike & { where: string; request: RouteRequest })[] = [];
    for (const request of requests) {
      // Every third statement, so that the three moments together have had each; `npm run chaos` strikes at random.
      for (let n = 1 + MOMENTS.indexOf(moment); ; n += MOMENTS.length) {
        const strike = await struckAt(n, moment, request);
        if (strike === undefined) break;
        const where = `${request.route}, statement ${n} (${strike.statement.trim().slice(0, 60)})`;
        strikes.push({ ...strike, where, request });
        if (!isTold(request, strike.answer)) faults.push(`${where}: ${told(strike.answer)}`);
      }
    }
    // Most routes ask the database more than once.
    expect(MOMENTS.length * strikes.length).toBeGreaterThan(2 * requests.length);
    await aMinuteLater();
    for (const { user, ask, where, request } of strikes) {
      let answer: RouteAnswer | undefined;
      await until(async () => isDone(request, (answer = await ask())), 60_000).catch(() => {
        faults.push(`${where}: never done, ${told(answer!)}`);
      });
      for (const sql of request.leaves) {
        const { rows } = await product.sql.query<{ count: string }>(sql, [user]);
        if (rows[0]!.count !== '1') faults.push(`${where}: ${rows[0]!.count} of ${sql}`);
      }
    }
    expect(faults).toEqual([]);
    await until(async () => (await held()) === 0);
  }, 600_000);
});

/** The key of a free request whose claim went unheard is free again. */
async function aMinuteLater(): Promise<void> {
  await product.sql.query(
    'UPDATE credits.answers SET claimed_until = clock_timestamp() WHERE status IS NULL',
  );
}

async function held(): Promise<number> {
  const { rows } = await product.sql.query<{ held: string }>('SELECT sum(held) AS held FROM credits.wallets');
  return Number(rows[0]!.held);
}

const told = ({ status, body }: RouteAnswer) => `${status} ${JSON.stringify(body)}`;
