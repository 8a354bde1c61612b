import { beforeAll, afterAll, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SECRET } from '../events/open-events.js';
import { Receiver, status } from '../events/receiver.js';
import { until } from '../support/until.js';
import { runCommand } from './child.js';
import { openDesk } from './desk.js';

jest.setTimeout(120_000);

const PORT = 20_000 + Math.floor(Math.random() * 10_000);
const desk = openDesk({ CREDIT_EVENTS_URL: `http://127.0.0.1:${PORT}/`, CREDIT_EVENTS_SECRET: SECRET });
let receiver: Receiver;
beforeAll(async () => (receiver = await Receiver.open(PORT)));
afterAll(() => receiver.close());

async function lowOne(): Promise<string> {
  const { userId } = await desk.customer(30);
  await desk.credits.charge({ userId, action: 'premium_export' });
  return userId;
}
const list = async (query: string) => (await desk.get(`events?${query}`)).body;
const stateOf = async (userId: string) => (await list(`userId=${userId}`)).data[0];

describe('operators', () => {
  test('see what was told, page by page, and what could not be', async () => {
    receiver.answer = status(204);
    const users: string[] = [];
    for (let n = 0; n < 3; n += 1) users.unshift(await lowOne());
    await until(async () => (await stateOf(users[0]!)).state === 'delivered');
    receiver.answer = status(500);
    const failing = await lowOne();
    await until(async () => (await stateOf(failing)).attempts === 1);
    expect((await list('failed=true')).data).toMatchObject([
      { userId: failing, type: 'balance.low', channel: 'post', state: 'waiting', outcome: '500' },
    ]);
    expect((await list('failed=false')).data).toHaveLength(4);
    const first = await list('limit=2');
    expect(first.data.map(({ userId }: { userId: string }) => userId)).toEqual([failing, users[0]]);
    const second = await list(`limit=2&cursor=${first.nextCursor}`);
    expect(second.data.map(({ userId }: { userId: string }) => userId)).toEqual(users.slice(1));
    expect(second.nextCursor).toBeNull();
    for (const bad of ['failed=yes', 'cursor=x', 'limit=0'])
      expect((await desk.get(`events?${bad}`)).status).toBe(400);
  });

  test('send one again, under its own id, by the route and on the command line', async () => {
    receiver.answer = status(410);
    const userId = await lowOne();
    await until(async () => (await stateOf(userId)).state === 'failed');
    const { id } = await stateOf(userId);
    receiver.answer = status(204);
    const resent = await desk.post(`events/${id}/resend`, {});
    expect([resent.status, resent.body.data]).toMatchObject([200, [{ id, state: 'waiting', attempts: 0 }]]);
    await until(async () => (await stateOf(userId)).state === 'delivered');
    const sql = desk.product.sql.options.connectionString!;
    const place = { databaseUrl: sql, dataDir: desk.product.dataDir };
    for (const command of [['resend'], ['events', 'resend']]) {
      const heard = receiver.ofUser(userId).length;
      const { code, out } = await runCommand(place, ...command, id, '--json');
      expect([code, JSON.parse(out).data]).toMatchObject([0, [{ id, userId }]]);
      await until(() => receiver.ofUser(userId).length > heard);
    }
    expect(new Set(receiver.ofUser(userId).map((received) => received.id))).toEqual(new Set([id]));
    const { out } = await runCommand(place, 'events', '--user', userId);
    expect(out).toMatch(new RegExp(`${id} +balance.low +${userId} +post`));
    expect(await runCommand(place, 'resend', randomUUID(), '--json')).toMatchObject({ code: 1 });
    expect((await desk.post(`events/${randomUUID()}/resend`, {})).status).toBe(404);
  });

  test('what is older than 30 days is forgotten, delivered or not', async () => {
    const { Sweeper } = await import('../../src/credits/upkeep/sweeper.js');
    const [old, young] = [await lowOne(), await lowOne()];
    const age = (userId: string, days: number) =>
      desk.product.sql.query(
        `UPDATE credits.outbox SET created_at = clock_timestamp() - make_interval(days => $2)
          WHERE wallet = (SELECT number FROM credits.wallets WHERE user_id = $1)`,
        [userId, days],
      );
    await age(old, 31);
    await age(young, 29);
    await desk.product.app.get(Sweeper, { strict: false }).forget();
    expect((await list(`userId=${old}`)).data).toEqual([]);
    expect((await list(`userId=${young}`)).data).toHaveLength(1);
  });
});
