import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import {
  CreditsOverloadedError,
  CreditsUnavailableError,
  InsufficientCreditsError,
} from '../../src/credits/credits.errors.js';
import { openCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { ledgerRows } from '../support/ledger-rows.js';

const action = 'audio_upload';
const by = { reason: 'because', actor: 'test' };

let locked: string;
let others: string[];
/** A stranger's transaction that holds the wallet `locked`. */
let stranger: QueryRunner;

const [open] = await onOwnDatabase(openCredits);
const { credits } = open;

beforeAll(async () => {
  // The times below are those of waiting for a lock, not of opening a connection to wait on.
  await Promise.all(Array.from({ length: 6 }, () => open.pool.query('SELECT pg_sleep(0.05)')));
});

beforeEach(async () => {
  [locked, ...others] = Array.from({ length: 21 }, () => `owner-${randomUUID()}`) as [string, ...string[]];
  await Promise.all([locked, ...others].map((userId) => credits.grant({ userId, credits: 100, ...by })));
  stranger = open.dataSource.createQueryRunner();
  await stranger.startTransaction();
  await stranger.query('SELECT FROM credits.wallets WHERE user_id = $1 FOR UPDATE', [locked]);
});

afterEach(async () => {
  if (stranger.isTransactionActive) await stranger.rollbackTransaction();
  await stranger.release();
});

const charge = (userId: string, amount: number) => credits.charge({ userId, action, credits: amount });

describe('while a stranger holds a wallet', () => {
  test('the others go on, and what waits for it is decided afterwards in its order', async () => {
    // Only in this order do all but the last find enough credits.
    const waiting = [-60, +50, -80, +40, -45, -10].map((change) =>
      credits.adjust({ userId: locked, credits: change, ...by }),
    );
    const decided = Promise.allSettled(waiting);
    let done = false;
    void decided.then(() => (done = true));

    await Promise.all(others.map((userId) => charge(userId, 1)));
    const late = charge(locked, 5);
    await Promise.all(others.map((userId) => charge(userId, 2)));
    expect(done).toBe(false);
    await stranger.commitTransaction();

    const results = await decided;
    expect(results.map(({ status }) => status)).toEqual([...Array(5).fill('fulfilled'), 'rejected']);
    expect(results[5]).toMatchObject({ reason: expect.any(InsufficientCreditsError) });
    expect(await late).toMatchObject({ balance: 0 });
    const { data } = await credits.history(locked);
    expect(data.map(({ amount }) => amount)).toEqual([-5, -45, 40, -80, 50, -60, 100]);
    await open.check();
  });

  test('its holds are resolved afterwards, and those of others at once', async () => {
    const [one, two] = others as [string, string];
    const holds = await Promise.all([one, two].map((userId) => credits.hold({ userId, action })));
    const pending = Promise.all([charge(locked, 1), credits.hold({ userId: locked, action })]);
    const receipts = holds.map(({ id: holdId }) => credits.capture({ holdId }));
    expect(await Promise.all(receipts)).toMatchObject([{ balance: 98 }, { balance: 98 }]);
    await stranger.commitTransaction();
    expect(await pending).toMatchObject([{ balance: 99 }, { amount: 2 }]);
    await open.check();
  });

  test('for longer than a second, a call answers in 2.5 s that it did not happen, and it did not', async () => {
    const holders = others.slice(0, 12);
    await stranger.query('SELECT FROM credits.wallets WHERE user_id = ANY ($1) FOR UPDATE', [holders]);
    const before = await ledgerRows(open.dataSource);
    const started = performance.now();
    // More wallets than there are connections to wait on, and more calls than one for one of them: if each had its
    // turn, it would be five seconds. Two and a half are promised; a machine that is busy with other tests adds to them.
    const calls = [locked, locked, locked, ...holders].map((userId) => charge(userId, 1));
    const refused = await Promise.allSettled(calls);
    expect(performance.now() - started).toBeLessThan(4_000);
    for (const result of refused) {
      expect(result.status).toBe('rejected');
      const { reason } = result as PromiseRejectedResult;
      expect([CreditsUnavailableError, CreditsOverloadedError]).toContain(reason.constructor);
    }
    expect(await charge(others[12]!, 1)).toMatchObject({ balance: 99 });
    await stranger.commitTransaction();

    // Nothing of it comes late: the next charge is the first one.
    expect(await charge(locked, 7)).toMatchObject({ balance: 93, version: 2 });
    const untouched = (rows: string[]) =>
      rows.filter((row) => holders.some((userId) => row.includes(userId)));
    expect(untouched(await ledgerRows(open.dataSource))).toEqual(untouched(before));
    await open.check();
  });

  test('that it is just opening, the others go on within the time limit of a lock', async () => {
    const newcomer = `newcomer-${randomUUID()}`;
    await stranger.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 5)', [newcomer]);
    const grant = credits.grant({ userId: newcomer, credits: 10, ...by });
    const started = performance.now();
    await Promise.all(others.map((userId) => charge(userId, 1)));
    expect(performance.now() - started).toBeLessThan(1_500);
    await stranger.commitTransaction();
    expect(await grant).toMatchObject({ balance: 15, version: 2 });
    await open.check();
  });
});
