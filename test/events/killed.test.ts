import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { startProduct, type ProductProcess } from '../app/product-process.js';
import { signedIn } from '../support/app.js';
import { until } from '../support/until.js';
import { SECRET } from './open-events.js';
import { Receiver, status } from './receiver.js';

/** `npm run chaos:events` kills 100 times. */
const KILLS = Number(process.env['EVENT_KILLS'] ?? 3);
const USERS_PER_KILL = 4;

let receiver: Receiver;
let product: ProductProcess;

beforeAll(async () => {
  receiver = await Receiver.open();
  product = await startProduct({
    CREDIT_EVENTS_URL: receiver.url,
    CREDIT_EVENTS_SECRET: SECRET,
    RATE_LIMIT_PER_MINUTE: '0',
  });
});
afterAll(async () => {
  await product.close();
  await receiver.close();
});

/** False: the connection broke. */
async function spend(user: string): Promise<boolean> {
  const headers = {
    ...(await signedIn('root', { app_metadata: { role: 'admin' } })),
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ amount: -30, reason: 'spent' });
  try {
    const url = `${product.url}api/admin/wallets/${user}/adjustments`;
    return (await fetch(url, { method: 'POST', headers, body })).status === 201;
  } catch {
    return false;
  }
}

/** Where the process dies: when its changes are made, when a post comes in, when it was answered; a moment later. */
async function killAt(step: number): Promise<void> {
  const before = receiver.received.length;
  if (step % 3 > 0) await until(() => receiver.received.length > before);
  await delay(Math.random() * (step % 3 === 0 ? 1_500 : 30));
  await product.kill();
}

test(
  `killed ${KILLS} times between a cause and its delivery: each event comes at least once, with one id`,
  async () => {
    const users: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Every other time it dies while the receiver is still thinking.
      receiver.answer = (response, received) =>
        void setTimeout(() => status(200)(response, received), kill % 2 === 0 ? 0 : 40);
      const now = Array.from({ length: USERS_PER_KILL }, (_, n) => `user-${kill}-${n}`);
      users.push(...now);
      await product.sql.query(
        'INSERT INTO credits.wallets (user_id, balance) SELECT u, 30 FROM unnest($1::text[]) u',
        [now],
      );
      await Promise.all([...now.map(spend), killAt(kill)]);
      await product.start();
      // What died with a claim is free after half a minute.
      await product.sql.query(`UPDATE credits.outbox SET due_at = clock_timestamp() WHERE state = 'waiting'`);
    }
    receiver.answer = status(200);
    await until(async () => {
      const { rows } = await product.sql.query(`SELECT FROM credits.outbox WHERE state = 'waiting'`);
      return rows.length === 0;
    }, 40_000);

    const { rows: causes } = await product.sql.query<{ user_id: string }>(
      `SELECT user_id FROM credits.entries WHERE kind = 'adjustment' AND amount = -30`,
    );
    const { rows: events } = await product.sql.query<{ id: string; user_id: string; type: string }>(
      'SELECT id, user_id, type FROM credits.events',
    );
    expect(causes.length).toBeGreaterThan(0);
    expect(users).toEqual(expect.arrayContaining(causes.map(({ user_id }) => user_id)));
    // Two for each change that was made, and none for those that were not.
    expect(events).toHaveLength(2 * causes.length);
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
