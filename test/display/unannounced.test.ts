import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { newId } from '../../src/credits/ledger/new-id.js';
import { decide } from '../support/decide.js';
import { allOnOwnDatabase, openClient } from '../support/own-database.js';
import { until } from '../support/until.js';
import { openInstance, type Instance } from './instance.js';

const action = 'docx_processing';

const [[here, there, { client }], database] = await allOnOwnDatabase(openInstance, openInstance, openClient);

const isTrusted = ({ fence }: Instance) => fence.isTrusted(performance.now());
const shownBy = async ({ display }: Instance, userId: string) => (await display.read(userId)).balance;

async function cachedOnBoth(): Promise<string> {
  const userId = await here.customer(100);
  await until(async () => (await there.display.read(userId)).source === 'cache');
  return userId;
}

/** As a process does that tells of its changes afterwards. */
const chargeUntold = (userId: string) => {
  const operation = { verb: 'charge', user_id: userId, id: newId(userId), action, credits: 5 } as const;
  return decide(client, [operation], { announces: false });
};
const say = (words: string) => client.query(`SELECT pg_notify('credits_writers', $1)`, [words]);

describe('a process that is killed between a commit and its announcement', () => {
  test('leaves nothing stale for more than two seconds, and whoever watches is told', async () => {
    const userId = await cachedOnBoth();
    const program = join(import.meta.dirname, 'struck-writer.mjs');
    const writer = spawn(process.execPath, [program, database.url, userId], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(writer.stdout, 'data');
    const signals: (number | undefined)[] = [];
    const unsubscribe = here.signal.subscribe((wallet) => signals.push(wallet));
    writer.stdin.write('now\n');
    const [, signal] = (await once(writer, 'close')) as [number | null, string | null];
    const killedAtMs = performance.now();
    expect(signal).toBe('SIGKILL');
    expect(signals).toEqual([]);
    await until(() => signals.includes(undefined), 5_000);
    expect(performance.now() - killedAtMs).toBeLessThan(2_000);
    expect(await shownBy(here, userId)).toBe(95);
    // Its heart beats at other moments, so it learns of it at another one.
    await until(async () => (await shownBy(there, userId)) === 95, 5_000);
    expect(performance.now() - killedAtMs).toBeLessThan(2_500);
    unsubscribe();
  });

  test('and leaves a transaction open: no copy is shown before that has ended', async () => {
    const userId = await cachedOnBoth();
    await say('somebody');
    await client.query('BEGIN');
    await chargeUntold(userId);
    await until(() => !isTrusted(here), 5_000);
    for (const end = performance.now() + 700; performance.now() < end;) {
      expect(await here.display.read(userId)).toMatchObject({ balance: 100, source: 'database' });
    }
    await client.query('COMMIT');
    await until(() => isTrusted(here), 2_000);
    expect(await shownBy(here, userId)).toBe(95);
    await say('somebody gone');
  });
});

test('a process that does not know what became of its transaction says so, and all look for themselves', async () => {
  const userId = await cachedOnBoth();
  await chargeUntold(userId);
  expect(await shownBy(there, userId)).toBe(100);
  await say('somebody unsure');
  await until(async () => (await shownBy(there, userId)) === 95, 500);
});

test('a process that says goodbye is not waited for', async () => {
  await say('somebody-else');
  await say('somebody-else gone');
  // Until the next heartbeat has its answer, which counts on nobody who has gone.
  await new Promise((resolve) => setTimeout(resolve, 600));
  const lapses: number[] = [];
  for (const end = performance.now() + 2_500; performance.now() < end;) {
    if (!isTrusted(here)) lapses.push(performance.now());
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(lapses).toEqual([]);
});

test('a change in a transaction of the caller is told after its commit, and one that was undone is not', async () => {
  const userId = await cachedOnBoth();
  const heard: string[] = [];
  const listener = new pg.Client({ connectionString: database.url });
  await listener.connect();
  listener.on('notification', ({ payload }) => heard.push(payload!));
  await listener.query('LISTEN credits_wallets');
  try {
    const undone = here.dataSource.transaction(async (tx) => {
      await here.credits.charge({ userId, action }, { tx });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard).toEqual([]);
    await here.dataSource.transaction((tx) => here.credits.charge({ userId, action }, { tx }));
    await until(() => heard.length > 0, 1_000);
    expect(heard.map((payload) => Object.values(JSON.parse(payload) as object))).toEqual([[2]]);
  } finally {
    await listener.end();
  }
});
