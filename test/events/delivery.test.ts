import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { MAX_ATTEMPTS } from '../../src/credits/events/schedule.js';
import { Deliveries } from '../../src/credits/events/deliveries.js';
import { until } from '../support/until.js';
import { SECRET, openEvents, type OpenEvents } from './open-events.js';
import { Receiver, hang, status } from './receiver.js';

const action = 'audio_upload';
const by = { reason: 'a test', actor: 'test' };
const OTHER_SECRET = `whsec_${Buffer.from('another secret of 24 bytes').toString('base64')}`;

let open: OpenEvents;
let receiver: Receiver;
beforeAll(async () => (open = await openEvents()));
afterAll(() => open.close());
beforeEach(async () => (receiver = await Receiver.open()));
afterEach(async () => {
  await receiver.close();
  await open.sql.query('DELETE FROM credits.outbox');
});

/** Somebody whose balance has just come below the mark. */
async function lowOne(): Promise<string> {
  const userId = `somebody-${randomUUID()}`;
  await open.credits.grant({ userId, credits: 30, ...by });
  await open.credits.charge({ userId, action, credits: 15 });
  return userId;
}

const one = async (userId: string) => (await open.told(userId))[0]!;

/** Runs the attempts of one event until no more come, as if no time were between them; answers the delays. */
async function runOut(userId: string): Promise<number[]> {
  const delays: number[] = [];
  for (let made = 1; ; made += 1) {
    await until(async () => (await one(userId)).attempts === made || (await one(userId)).state !== 'waiting');
    const { rows } = await open.sql.query<{ seconds: number | null }>(
      `SELECT extract(epoch FROM due_at - clock_timestamp())::float8 AS seconds FROM credits.events WHERE user_id = $1`,
      [userId],
    );
    const seconds = rows[0]!.seconds;
    if (seconds === null) return delays;
    delays.push(seconds);
    await open.pass(seconds + 1);
  }
}

describe('what is posted', () => {
  test('is what the contract says, signed so that another implementation verifies it with each secret', async () => {
    const courier = await open.courier({ to: receiver.url, secrets: `${SECRET} ${OTHER_SECRET}` });
    const userId = await lowOne();
    await until(() => receiver.received.length === 1);
    const { id, headers, raw, body } = receiver.received[0]!;
    expect(body).toEqual({
      type: 'balance.low',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      data: { userId, balance: 15, below: 20 },
    });
    expect(headers['content-type']).toBe('application/json');
    expect(id).toBe((await one(userId)).id);
    const signed = headers as Record<string, string>;
    for (const secret of [SECRET, OTHER_SECRET]) {
      expect(new Webhook(secret).verify(raw, signed)).toEqual(body);
      expect(() => new Webhook(secret).verify(`${raw} `, signed)).toThrow('No matching signature');
    }
    expect(() => new Webhook(Buffer.from('a stranger').toString('base64')).verify(raw, signed)).toThrow();
    await until(async () => (await one(userId)).state === 'delivered');
    await courier.stop();
  });
});

describe('a receiver that says no', () => {
  test('hears of it ten times on the schedule of Standard Webhooks, with one id, and then it is given up', async () => {
    receiver.answer = status(500);
    const courier = await open.courier({ to: receiver.url });
    const userId = await lowOne();
    const delays = await runOut(userId);
    await courier.stop();
    expect(receiver.received).toHaveLength(MAX_ATTEMPTS);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(await one(userId)).toMatchObject({ state: 'failed', attempts: MAX_ATTEMPTS, outcome: '500' });
    const promised = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    expect(delays).toHaveLength(promised.length);
    delays.forEach((delay, n) => {
      expect(delay).toBeGreaterThan(promised[n]! - 4);
      expect(delay).toBeLessThanOrEqual(promised[n]! * 1.1);
    });
    expect(delays[0]).toBeLessThan(60);
  });

  test('and says yes after three days, has it', async () => {
    receiver.answer = (response) =>
      status(receiver.received.length < MAX_ATTEMPTS ? 503 : 200)(response, receiver.received[0]!);
    const courier = await open.courier({ to: receiver.url });
    const userId = await lowOne();
    const delays = await runOut(userId);
    await courier.stop();
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(3 * 86_400);
    expect(await one(userId)).toMatchObject({ state: 'delivered', attempts: MAX_ATTEMPTS });
  });

  test('for an hour, loses nothing of what happened in it', async () => {
    receiver.answer = status(502);
    const courier = await open.courier({ to: receiver.url });
    const users = await Promise.all(Array.from({ length: 30 }, lowOne));
    for (const seconds of [6, 331]) {
      await until(async () => (await Promise.all(users.map(one))).every(({ outcome }) => outcome === '502'));
      await open.sql.query('UPDATE credits.outbox SET outcome = NULL');
      await open.pass(seconds);
    }
    await until(async () => (await Promise.all(users.map(one))).every(({ outcome }) => outcome === '502'));
    receiver.answer = status(200);
    await open.pass(2_000);
    await until(async () => (await Promise.all(users.map(one))).every(({ state }) => state === 'delivered'));
    await courier.stop();
    for (const user of users) {
      const heard = receiver.ofUser(user);
      expect(heard).toHaveLength(4);
      expect(new Set(heard.map(({ id }) => id)).size).toBe(1);
    }
  });

  test.each([
    ['gone for good, is believed', status(410), { state: 'failed', attempts: 1, outcome: '410' }],
    [
      'somewhere else, is not followed there',
      status(302, { location: 'http://169.254.169.254/latest/meta-data' }),
      { state: 'waiting', attempts: 1, outcome: '302, not followed' },
    ],
    ['by a status that looks like success, is not', status(304), { state: 'waiting', attempts: 1 }],
    [
      'yes by its head, and then breaks off, is believed',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '1000' }).write('half', () => response.destroy());
      },
      { state: 'delivered', attempts: 1, outcome: '200' },
    ],
    [
      'by breaking the connection, is tried again',
      (response: { destroy(): void }) => response.destroy(),
      { state: 'waiting', attempts: 1, outcome: 'UND_ERR_SOCKET' },
    ],
  ])('%s', async (_, answer, expected) => {
    receiver.answer = answer;
    const courier = await open.courier({ to: receiver.url });
    const userId = await lowOne();
    await until(async () => (await one(userId)).attempts === 1);
    expect(await one(userId)).toMatchObject(expected);
    expect(receiver.received).toHaveLength(1);
    await courier.stop();
  });

  test('yes without an end keeps no connection', async () => {
    const closed = new Promise<void>((resolve) => {
      receiver.answer = (response) => {
        response.writeHead(200);
        const writing = setInterval(() => response.write('x'.repeat(65_536)), 5);
        response.on('close', () => {
          clearInterval(writing);
          resolve();
        });
      };
    });
    const courier = await open.courier({ to: receiver.url });
    const userId = await lowOne();
    await until(async () => (await one(userId)).state === 'delivered');
    const began = performance.now();
    await closed;
    // Not when its memory is tidied up some time.
    expect(performance.now() - began).toBeLessThan(1_000);
    await courier.stop();
  });

  test('follows no redirect, also not to a receiver that would say yes', async () => {
    const other = await Receiver.open();
    receiver.answer = status(307, { location: other.url });
    const courier = await open.courier({ to: receiver.url });
    const userId = await lowOne();
    await until(async () => (await one(userId)).attempts === 1);
    await courier.stop();
    expect(other.received).toEqual([]);
    await other.close();
  });

  test('asks to be left alone for a while, and is', async () => {
    receiver.answer = status(429, { 'retry-after': '600' });
    const courier = await open.courier({ to: receiver.url });
    const userId = await lowOne();
    await until(async () => (await one(userId)).attempts === 1);
    await courier.stop();
    const { rows } = await open.sql.query(
      `SELECT due_at > clock_timestamp() + interval '590 s' AS later FROM credits.outbox`,
    );
    expect(rows).toEqual([{ later: true }]);
  });
});

test('a receiver that hangs on 19 events keeps no other waiting, and is given up on after 15 seconds', async () => {
  const hanging = await Promise.all(Array.from({ length: 19 }, lowOne));
  const slow = hanging[0]!;
  receiver.answer = (response, received) =>
    (hanging.includes(String(received.body.data['userId'])) ? hang : status(200))(response, received);
  const courier = await open.courier({ to: receiver.url });
  await until(() => receiver.received.length === hanging.length);
  const began = performance.now();
  const others = await Promise.all(Array.from({ length: 40 }, lowOne));
  await until(async () => (await Promise.all(others.map(one))).every(({ state }) => state === 'delivered'));
  expect(performance.now() - began).toBeLessThan(10_000);
  expect((await one(slow)).attempts).toBe(0);
  await until(async () => (await one(slow)).attempts === 1, 25_000);
  expect((await one(slow)).outcome).toBe('no answer within 15 s');
  await courier.stop();
});

test('a process that has enough to do posts little beside it', async () => {
  await Promise.all(Array.from({ length: 120 }, lowOne));
  const busy = setInterval(() => {
    const until = performance.now() + 40;
    while (performance.now() < until);
  }, 50);
  const courier = await open.courier({ to: receiver.url });
  courier.wake();
  await until(() => receiver.received.length > 0, 20_000);
  await delay(2_000);
  clearInterval(busy);
  expect(receiver.received.length).toBeLessThan(40);
  // What it left it takes up as soon as there is time.
  await until(() => receiver.received.length === 120, 20_000);
  await courier.stop();
});

describe('several instances', () => {
  test('never have one event at the same time, and deliver all of them once', async () => {
    const users = await Promise.all(Array.from({ length: 60 }, lowOne));
    receiver.answer = (response) => void setTimeout(() => response.writeHead(200).end(), 50);
    const couriers = await Promise.all([1, 2, 3].map(() => open.courier({ to: receiver.url })));
    await until(
      async () => (await Promise.all(users.map(one))).every(({ state }) => state === 'delivered'),
      20_000,
    );
    await Promise.all(couriers.map((courier) => courier.stop()));
    expect(receiver.received).toHaveLength(users.length);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(users.length);
  });

  test('take over what one that died had claimed, and its late word changes nothing', async () => {
    const userId = await lowOne();
    const dying = new Deliveries(open.database, 'post');
    const [claimed] = await dying.claim(['balance.low'], 10);
    expect(await dying.claim(['balance.low'], 10)).toEqual([]);
    const courier = await open.courier({ to: receiver.url });
    await open.pass(31);
    await until(async () => (await one(userId)).state === 'delivered');
    await dying.note(claimed!, { result: 'refused', outcome: '500' });
    expect(await one(userId)).toMatchObject({ state: 'delivered', attempts: 1, outcome: '204' });
    expect(receiver.received[0]!.id).toBe(claimed!.event.id);
    await courier.stop();
  });

  test('an instance that ends gives back what it has begun, uncounted', async () => {
    receiver.answer = hang;
    const courier = await open.courier({ to: receiver.url });
    const userId = await lowOne();
    await until(() => receiver.received.length === 1);
    await courier.stop();
    expect(await one(userId)).toMatchObject({ state: 'waiting', attempts: 0 });
    expect(await new Deliveries(open.database, 'post').claim(['balance.low'], 1)).toHaveLength(1);
  });
});

test('what waits and what was tried can be measured', async () => {
  receiver.answer = status(500);
  const userId = await lowOne();
  await open.sql.query(`UPDATE credits.outbox SET created_at = created_at - interval '1 minute'`);
  const courier = await open.courier({ to: receiver.url });
  await until(() => courier.backlog.waiting === 1);
  expect(courier.backlog.oldestSeconds).toBeGreaterThan(59);
  await until(async () => (await one(userId)).attempts === 1);
  expect(courier.attempts).toEqual({ refused: 1 });
  await courier.stop();
});
