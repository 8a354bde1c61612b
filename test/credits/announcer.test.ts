import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { Announcer } from '../../src/credits/ledger/announcer.js';
import { until } from '../support/until.js';

interface Told {
  atMs: number;
  messages: string[];
}

let told: Told[];
let failures: number;
let announcer: Announcer;

const pool = {
  query: async ({ values: [channels, payloads] }: { values: [string[], string[]] }) => {
    await delay(1);
    if (failures > 0) {
      failures -= 1;
      throw new Error('away');
    }
    const messages = channels.map((channel, index) => `${channel.slice(8)} ${payloads[index]!}`);
    told.push({ atMs: performance.now(), messages });
  },
} as unknown as Pool;

beforeEach(async () => {
  [told, failures] = [[], 0];
  announcer = new Announcer(pool);
  await announcer.start();
});

afterEach(() => announcer.stop());

const versions = () =>
  Object.assign(
    {},
    ...told.flatMap(({ messages }) =>
      messages
        .filter((message) => message.startsWith('wallets {'))
        .map((message) => JSON.parse(message.slice(8)) as object),
    ),
  ) as Record<string, number>;

test('says that it is there before anything else', () => {
  expect(told.map(({ messages }) => messages)).toEqual([[`writers ${announcer.id}`]]);
});

test('tells what changes within 20 ms together, the latest version of each', async () => {
  const since = performance.now();
  for (let version = 1; version <= 30; version += 1) {
    announcer.changed(version % 2, version);
    await delay(3);
  }
  await until(() => versions()[0] === 30 && versions()[1] === 29);
  const times = told.slice(1).map(({ atMs }) => atMs - since);
  expect(times[0]).toBeLessThan(30);
  expect(times.length).toBeLessThan(times.at(-1)! / 20 + 2);
});

test('tells at the same moments as other processes, so that they wake each listener together', async () => {
  await delay(10);
  const other = new Announcer(pool);
  await other.start();
  const channels = [announcer, other].map(({ id }) => `writers ${id}`);
  for (let n = 0; n < 60; n += 1) {
    announcer.unsure();
    other.unsure();
    await delay(5);
  }
  await other.stop();
  const [ours, theirs] = channels.map((channel) =>
    told
      .slice(2)
      .flatMap(({ atMs, messages }) => (messages.some((m) => m.startsWith(channel)) ? [atMs] : [])),
  );
  const isShared = (atMs: number) => theirs!.some((theirMs) => Math.abs(theirMs - atMs) < 4);
  expect(ours!.length).toBeGreaterThan(8);
  expect(ours!.filter(isShared).length).toBeGreaterThan(0.8 * ours!.length);
});

test('what it says of itself never comes before what it has to tell', async () => {
  announcer.changed(6, 1);
  announcer.beat();
  announcer.unsure();
  announcer.changed(7, 1);
  await until(() => told.length > 1);
  expect(told[1]!.messages).toEqual([
    'wallets {"6":1,"7":1}',
    `writers ${announcer.id}`,
    `writers ${announcer.id} unsure`,
  ]);
});

describe('a database that is away', () => {
  test('is told as soon as it is back, of the latest versions, and so is that nobody knows', async () => {
    failures = 3;
    announcer.changed(7, 1);
    await until(() => failures < 3);
    announcer.changed(7, 2);
    announcer.unsure();
    await until(() => told.length > 1);
    expect(told[1]!.messages).toEqual(
      expect.arrayContaining(['wallets {"7":2}', expect.stringMatching(/unsure$/)]),
    );
  });

  test('is told that anybody may have changed when there are too many to keep', async () => {
    failures = 2;
    for (let wallet = 0; wallet <= 10_500; wallet += 1) announcer.changed(wallet, 1);
    await until(() => told.length > 1);
    expect(told[1]!.messages).toContain('wallets ');
  });
});

test('several hundred wallets are told in parts that fit', async () => {
  for (let wallet = 0; wallet < 1_000; wallet += 1) announcer.changed(wallet - 2 ** 31, 2 ** 53 - 1);
  await until(() => Object.keys(versions()).length === 1_000);
  const parts = told.flatMap(({ messages }) => messages).filter((message) => message.startsWith('wallets'));
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(8_000);
});

test('the end comes after everything else, and nothing comes after the end', async () => {
  announcer.changed(7, 1);
  await announcer.stop();
  announcer.beat();
  await delay(50);
  const words = told.flatMap(({ messages }) => messages);
  expect(words.slice(1, 3)).toEqual(['wallets {"7":1}', `writers ${announcer.id} gone`]);
});
