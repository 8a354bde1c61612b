import { describe, expect, jest, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Fence } from '../../src/credits-display/fence.js';
import { LISTENER_NAME } from '../../src/credits-display/listener.js';
import { walletHash } from '../../src/credits/plumbing.js';
import { onOwnDatabase } from '../support/own-database.js';
import { until } from '../support/until.js';
import { openInstance } from './instance.js';

const [instance] = await onOwnDatabase(openInstance);

const isTrusted = () => instance.fence.isTrusted(performance.now());
const balanceOf = async (userId: string) => (await instance.display.read(userId)).balance;

async function listenerPids(): Promise<number[]> {
  const rows = await instance.dataSource.query<{ pid: number }[]>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [LISTENER_NAME],
  );
  return rows.map(({ pid }) => pid);
}

/** Elsewhere, so that only the listener can tell of it. */
const edit = (userId: string, by: number) =>
  instance.dataSource.query('UPDATE credits.wallets SET balance = balance + $2 WHERE user_id = $1', [
    userId,
    by,
  ]);

describe('a listener that is killed', () => {
  test('is noticed at once; until another one listens every read goes to the database', async () => {
    const userId = await instance.customer(100);
    const [pid] = await listenerPids();
    const sources = new Set<string>();
    await instance.dataSource.query('SELECT pg_terminate_backend($1)', [pid]);
    await until(() => !isTrusted(), 500);
    while (!isTrusted()) sources.add((await instance.display.read(userId)).source);
    expect(sources).toEqual(new Set(['database']));
  });

  test('makes everything that was kept before suspect', async () => {
    const userId = await instance.customer(100);
    const [pid] = await listenerPids();
    await instance.dataSource.query('SELECT pg_terminate_backend($1)', [pid]);
    await until(() => !isTrusted(), 500);
    // Nobody hears of this one.
    await edit(userId, 1);
    await instance.listens();
    expect(await balanceOf(userId)).toBe(101);
  });
});

describe('a listener that is frozen', () => {
  test('shows nothing older than two seconds, and is replaced', async () => {
    const userId = await instance.customer(100);
    const [pid] = await listenerPids();
    process.kill(pid!, 'SIGSTOP');
    try {
      const frozenAt = performance.now();
      await edit(userId, 1);
      await until(async () => (await balanceOf(userId)) === 101);
      expect(performance.now() - frozenAt).toBeLessThan(2_000);
      await instance.listens();
      await edit(userId, 1);
      await until(async () => (await balanceOf(userId)) === 102);
    } finally {
      process.kill(pid!, 'SIGCONT');
    }
    await until(async () => (await listenerPids()).length === 1);
  });
});

test('an answer that comes late is trusted from when it was asked for', async () => {
  const [pid] = await listenerPids();
  const trustedForMs: number[] = [];
  const answered = jest.spyOn(instance.fence, 'trustUntil').mockImplementation((untilMs) => {
    trustedForMs.push(untilMs - performance.now());
    Fence.prototype.trustUntil.call(instance.fence, untilMs);
  });
  try {
    // One that has just begun, as after the test before, soon doubts those that it has not heard yet.
    await delay(2_000);
    const before = trustedForMs.length;
    await until(() => trustedForMs.length > before);
    process.kill(pid!, 'SIGSTOP');
    const answers = trustedForMs.length;
    // The next heartbeat is asked for within half a second, and its answer waits for the rest.
    await delay(1_300);
    process.kill(pid!, 'SIGCONT');
    await until(() => trustedForMs.length > answers);
    expect(trustedForMs[answers]).toBeLessThan(1_000);
  } finally {
    process.kill(pid!, 'SIGCONT');
    answered.mockRestore();
  }
});

describe('a notification', () => {
  const notify = (payload: string) =>
    instance.dataSource.query(`SELECT pg_notify('credits_wallets', $1)`, [payload]);

  test('with an invented version makes us read again, and what it says is never shown', async () => {
    const userId = await instance.customer(100);
    for (const version of [1_000_000, -1, 0, null, '999', { balance: 999 }]) {
      await notify(JSON.stringify({ [walletHash(userId)]: version }));
      await until(async () => (await instance.display.read(userId)).source === 'cache');
      expect(await instance.display.read(userId)).toMatchObject({ balance: 100, version: 1 });
      expect(await instance.display.read(userId, { refresh: true })).toMatchObject({
        balance: 100,
        version: 1,
      });
    }
  });

  test.each(['', '*', '{', '[]', '"alice"', '17', 'null', '{"__proto__": 5}', '{"alice": 7}'])(
    'that says nothing we understand, %j, does no harm',
    async (payload) => {
      const userId = await instance.customer(100);
      await notify(payload);
      await edit(userId, 1);
      await until(async () => (await balanceOf(userId)) === 101);
      expect(isTrusted()).toBe(true);
    },
  );

  test('that we do not understand makes us forget everything', async () => {
    const userId = await instance.customer(100);
    await notify('all of them');
    await until(() => instance.store.copyOf(userId) === undefined);
  });
});

test('a process that was paused shows nothing from before', async () => {
  const userId = await instance.customer(100);
  // The loop is blocked, so no heartbeat and no notification gets through, as when the process is stopped.
  const resumesAt = performance.now() + 1_600;
  while (performance.now() < resumesAt);
  expect((await instance.display.read(userId)).source).toBe('database');
});
