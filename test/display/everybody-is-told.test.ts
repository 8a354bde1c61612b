import { describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { BalanceVersionUnknownError, CreditsUnavailableError } from '../../src/credits/index.js';
import { allOnOwnDatabase } from '../support/own-database.js';
import { AS_THE_LEDGER } from '../support/ledger-hand.js';
import { until } from '../support/until.js';
import { openInstance, type Instance } from './instance.js';

const action = 'docx_processing';

const [[here, there], database] = await allOnOwnDatabase(openInstance, openInstance);

/** Milliseconds until an instance shows that many credits without being asked to refresh. */
async function shownAfter(instance: Instance, userId: string, balance: number): Promise<number> {
  const since = performance.now();
  await until(async () => (await instance.display.read(userId)).balance === balance);
  return performance.now() - since;
}

/** All of them are shown; the median says how soon, whatever else this machine is busy with. */
function medianOf(delays: number[]): number {
  return delays.sort((a, b) => a - b)[delays.length >> 1]!;
}

async function cachedOnBoth(credits: number): Promise<string> {
  const userId = await here.customer(credits);
  await until(async () => (await there.display.read(userId)).source === 'cache');
  return userId;
}

async function chargeThroughPg(userId: string): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await here.credits.charge({ userId, action }, { tx: client });
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

const edit = (userId: string, by: number) =>
  here.dataSource.query('UPDATE credits.wallets SET balance = balance + $2 WHERE user_id = $1', [userId, by]);

describe('a change is shown without a refresh', () => {
  test('at once by the instance that made it, whichever way', async () => {
    const userId = await cachedOnBoth(100);
    const shown = async () => (await here.display.read(userId)).available;
    await here.credits.charge({ userId, action });
    expect(await shown()).toBe(95);
    const { id: holdId } = await here.credits.hold({ userId, action });
    expect(await shown()).toBe(90);
    const { entryId } = await here.credits.capture({ holdId });
    expect(await shown()).toBe(90);
    await here.credits.refund({ entryId, reason: 'sorry', actor: 'test' });
    expect(await shown()).toBe(95);
    await here.credits.adjust({ userId, credits: -5, reason: 'wrong', actor: 'test' });
    expect(await shown()).toBe(90);
    await here.dataSource.transaction((tx) => here.credits.charge({ userId, action }, { tx }));
    expect(await shown()).toBe(85);
  });

  test.each([
    ['charge', (userId: string) => here.credits.charge({ userId, action })],
    [
      "charge in the host's transaction",
      (userId: string) =>
        here.dataSource.transaction((tx) => here.credits.charge({ userId, action }, { tx })),
    ],
    ['charge in a transaction that only its commit can tell of', chargeThroughPg],
  ])('within 50 ms by the other instance: a %s', async (_name, charge) => {
    const userId = await cachedOnBoth(100);
    const delays = [];
    for (let balance = 95; balance >= 50; balance -= 5) {
      await charge(userId);
      delays.push(await shownAfter(there, userId, balance));
    }
    expect(medianOf(delays)).toBeLessThan(50);
  });

  test('within 50 ms by both, each of ten times, when an operator edited the wallet by hand', async () => {
    const userId = await cachedOnBoth(100);
    const delays = [];
    for (let times = 1; times <= 10; times += 1) {
      await edit(userId, 100);
      const shown = [here, there].map((instance) => shownAfter(instance, userId, 100 + 100 * times));
      delays.push(...(await Promise.all(shown)));
    }
    expect(medianOf(delays)).toBeLessThan(50);
  });

  test('also of a wallet that was not there when it was first shown', async () => {
    const userId = 'newcomer';
    await until(async () => (await there.display.read(userId)).source === 'cache');
    await here.dataSource.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 30)', [userId]);
    await shownAfter(there, userId, 30);
  });
});

test('many are told of together, in as many parts as it takes', async () => {
  const versions = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [n - 500, n]));
  const listener = new Client({ connectionString: database.url });
  await listener.connect();
  try {
    const heard: string[] = [];
    listener.on('notification', ({ payload }) => heard.push(payload!));
    await listener.query('LISTEN credits_wallets');
    await listener.query(AS_THE_LEDGER);
    await listener.query('SELECT announce($1)', [JSON.stringify(versions)]);
    // Its answer comes behind what was notified before.
    await listener.query('SELECT 1');
    expect(heard.length).toBeGreaterThan(1);
    expect(Object.assign({}, ...heard.map((payload) => JSON.parse(payload) as object))).toEqual(versions);
  } finally {
    await listener.end();
  }
});

/** As if the notification of the latest change were still on its way: the copy from before it is shown. */
async function showOlder(instance: Instance, userId: string): Promise<void> {
  const { display, store, cache, fence } = instance;
  const old = { ...(await display.read(userId)), source: 'cache' as const };
  await here.credits.charge({ userId, action });
  await shownAfter(instance, userId, old.balance - 5);
  store.delete(userId);
  await cache.set(userId, { balance: old, ticket: fence.ticket(userId), diesAtMs: Infinity }, 60_000);
  expect(await display.read(userId)).toEqual(old);
}

describe('a version the client has seen', () => {
  test('is the oldest it is shown from then on', async () => {
    const userId = await cachedOnBoth(100);
    await showOlder(there, userId);
    expect(await there.display.read(userId, { minVersion: 2 })).toMatchObject({ version: 2, balance: 95 });
    expect(await there.display.read(userId)).toMatchObject({ version: 2, balance: 95 });
  });

  test('may come from the cache when that is new enough', async () => {
    const userId = await here.customer(100);
    expect(await here.display.read(userId, { minVersion: 1 })).toMatchObject({ source: 'cache', version: 1 });
  });

  test('is refused when the database has not reached it', async () => {
    const userId = await here.customer(100);
    const refusal = here.display.read(userId, { minVersion: 2 });
    await expect(refusal).rejects.toThrow(BalanceVersionUnknownError);
    await expect(refusal).rejects.toMatchObject({ facts: { balanceVersion: 1 } });
  });
});

describe('a refresh', () => {
  test('reads the database, and the next reader gets what it read', async () => {
    const userId = await cachedOnBoth(100);
    await showOlder(there, userId);
    const refreshed = await there.display.read(userId, { refresh: true });
    expect(refreshed).toMatchObject({ source: 'database', balance: 95 });
    expect(await there.display.read(userId)).toEqual({ ...refreshed, source: 'cache' });
  });

  test('that fails is an error, never the copy that is there', async () => {
    const userId = await here.customer(100);
    const reading = unreachableDatabase();
    try {
      await expect(here.display.read(userId, { refresh: true })).rejects.toThrow(CreditsUnavailableError);
    } finally {
      reading.restore();
    }
  });
});

/** A DataSource that cannot reach its database, for one test. */
function unreachableDatabase() {
  const { dataSource } = here;
  const query = dataSource.query.bind(dataSource);
  dataSource.query = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
  return { restore: () => (dataSource.query = query) };
}
