import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { until } from '../support/until.js';
import { openDesk } from './desk.js';

const desk = openDesk();
const action = 'premium_export';

describe('the search for wallets', () => {
  const marked = randomUUID();
  const userIds = ['Anna', 'anna-maria', 'bert', 'hanna', 'zoe'].map((name) => `${name} ${marked}`);

  beforeAll(async () => {
    for (const userId of userIds) {
      await desk.credits.grant({ userId, credits: 5, reason: 'bought', actor: 'shop' });
    }
  });

  const search = async (query: string) => (await desk.get(`wallets?${query}`)).body;
  const names = ({ data }: { data: { userId: string }[] }) =>
    data.map(({ userId }) => userId.replace(` ${marked}`, ''));

  test('finds a part of a user id, in capitals or not, in the order of their ids', async () => {
    expect(names(await search(`query=ANNA`))).toEqual(['Anna', 'anna-maria', 'hanna']);
    expect(names(await search(`query=${marked}`))).toEqual(['Anna', 'anna-maria', 'bert', 'hanna', 'zoe']);
    expect(await search('query=%25')).toEqual({ data: [], nextCursor: null });
  });

  test('goes on where the last page ended, whoever came meanwhile', async () => {
    const first = await search(`query=${marked}&limit=2`);
    expect(names(first)).toEqual(['Anna', 'anna-maria']);
    await desk.credits.grant({ userId: `Aaron ${marked}`, credits: 1, reason: 'bought', actor: 'shop' });
    const second = await search(`query=${marked}&limit=2&cursor=${first.nextCursor}`);
    expect(names(second)).toEqual(['bert', 'hanna']);
    const last = await search(`query=${marked}&limit=2&cursor=${second.nextCursor}`);
    expect([names(last), last.nextCursor]).toEqual([['zoe'], null]);
  });

  test('shows what each wallet has', async () => {
    const { userId } = await desk.customer(20);
    await desk.credits.hold({ userId, action, credits: 15 });
    const updatedAt = expect.stringMatching(/^\d{4}-.*Z$/);
    expect((await search(`query=${userId}`)).data).toEqual([
      { userId, balance: 20, held: 15, available: 5, version: 2, updatedAt },
    ]);
  });

  test.each(['limit=0', 'limit=1e2', 'limit=201', 'limit=1&limit=2', 'cursor=no!', 'cursor=', 'order=age'])(
    'refuses %s',
    async (query) => {
      expect(await desk.get(`wallets?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed' },
      });
    },
  );
});

describe('one wallet', () => {
  test('is shown with its grants, active holds and latest entries', async () => {
    const { userId } = await desk.customer(20);
    const { entryId } = await desk.credits.charge({ userId, action, credits: 4 });
    const { id } = await desk.credits.hold({ userId, action, credits: 15 });
    const released = await desk.credits.hold({ userId, action, credits: 1 });
    await desk.credits.release({ holdId: released.id });
    const { body } = await desk.get(`wallets/${userId}`);
    expect(body.wallet).toMatchObject({ userId, balance: 16, held: 15, available: 1, version: 5 });
    expect(body.grants).toMatchObject([{ amount: 20, remaining: 16 }]);
    expect(body.holds).toMatchObject([{ id, amount: 15, state: 'held' }]);
    expect(body.entries).toMatchObject([{ id: entryId, kind: 'charge' }, { kind: 'grant' }]);
  });

  test('is shown without what has expired, however it is looked at', async () => {
    const userId = `expiring-${randomUUID()}`;
    const expiresAt = new Date(Date.now() + 400);
    await desk.credits.grant({ userId, credits: 5, expiresAt, reason: 'for a moment', actor: 'shop' });
    await until(() => Date.now() > expiresAt.getTime());
    expect((await desk.get(`wallets?query=${userId}`)).body.data).toMatchObject([{ balance: 0 }]);
    expect((await desk.get(`wallets/${userId}`)).body).toMatchObject({ wallet: { balance: 0 }, grants: [] });
  });

  test('of nobody is 404', async () => {
    expect(await desk.get(`wallets/${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });
});

test('the books are checked while everything runs', async () => {
  await desk.customer(3);
  const { status, body } = await desk.get('integrity');
  expect(status).toBe(200);
  expect(body).toMatchObject({ ok: true, differences: [] });
  expect(body.wallets).toBeGreaterThan(0);
  expect(body.entries).toBeGreaterThan(0);
});
