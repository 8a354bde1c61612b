import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { progressOf } from '../support/progress.js';
import { until } from '../support/until.js';
import { SECRET } from './open-events.js';
import { Receiver, status } from './receiver.js';

/** `npm run chaos:events` kills 100 times. */
const KILLS = Number(process.env['EVENT_KILLS'] ?? 3);
const USERS_PER_KILL = 4;

let database: TestDatabase;
let sql: pg.Pool;
let receiver: Receiver;
let host: ChildProcess;

beforeAll(async () => {
  receiver = await Receiver.open();
  database = await createTestDatabase();
  sql = new pg.Pool({ connectionString: database.url, max: 2 });
  await start();
});
afterAll(async () => {
  await kill();
  await receiver.close();
  await sql.end();
  await database.drop();
});

async function start(): Promise<void> {
  const args = ['test/events/host.mjs', database.url, receiver.url, SECRET];
  host = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  host.stdin!.on('error', () => undefined);
  await once(host.stdout!, 'data');
}

/** Without a word of warning. */
async function kill(): Promise<void> {
  host.kill('SIGKILL');
  await once(host, 'close');
}

/** Where the process dies: when its changes are made, when a post comes in, when it was answered; a moment later. */
async function killAt(step: number): Promise<void> {
  const before = receiver.received.length;
  if (step % 3 > 0) await until(() => receiver.received.length > before);
  await delay(Math.random() * (step % 3 === 0 ? 1_000 : 30));
  await kill();
}

async function dieAfterCauses(step: number): Promise<void> {
  // Every other time it dies while the receiver is still thinking.
  receiver.answer = (response, received) =>
    void setTimeout(() => status(200)(response, received), step % 2 === 0 ? 0 : 40);
  const users = Array.from({ length: USERS_PER_KILL }, (_, n) => `user-${step}-${n}`);
  await sql.query('INSERT INTO credits.wallets (user_id, balance) SELECT u, 30 FROM unnest($1::text[]) u', [
    users,
  ]);
  host.stdin!.write(users.map((user) => `${user}\n`).join(''));
  await killAt(step);
}

test(
  `killed ${KILLS} times between a cause and its delivery: each event comes at least once, with one id`,
  async () => {
    const tell = progressOf(KILLS, 'kills');
    for (let step = 0; step < KILLS; step += 1) {
      await dieAfterCauses(step);
      await start();
      tell();
      // What died with a claim is free after half a minute.
      await sql.query(`UPDATE credits.outbox SET due_at = clock_timestamp() WHERE state = 'waiting'`);
    }
    receiver.answer = status(200);
    await until(async () => {
      const { rows } = await sql.query(`SELECT FROM credits.outbox WHERE state = 'waiting'`);
      return rows.length === 0;
    });

    const { rows: causes } = await sql.query<{ user_id: string }>(
      `SELECT user_id FROM credits.entries WHERE kind = 'adjustment' AND amount = -30`,
    );
    const { rows: events } = await sql.query<{ id: string; user_id: string; type: string }>(
      'SELECT id, user_id, type FROM credits.events',
    );
    expect(causes.length).toBeGreaterThan(0);
    // Two for each change that was made, and none for those that were not.
    expect(events).toHaveLength(2 * causes.length);
    expect(new Set(events.map(({ user_id }) => user_id))).toEqual(
      new Set(causes.map(({ user_id }) => user_id)),
    );
    const told = (id: string) => receiver.received.filter((received) => received.id === id);
    for (const { id, user_id: userId, type } of events) {
      expect([userId, type, told(id).length > 0]).toEqual([userId, type, true]);
      expect(new Set(told(id).map(({ raw }) => raw)).size).toBe(1);
    }
    const known = new Set(events.map(({ id }) => id));
    expect(receiver.received.filter(({ id }) => !known.has(id))).toEqual([]);
    if (KILLS > 20) {
      const again = receiver.received.length - events.length;
      console.log(
        `${KILLS} kills, ${causes.length} causes, ${events.length} events, ${again} told more than once`,
      );
    }
  },
  60_000 + KILLS * 20_000,
);
