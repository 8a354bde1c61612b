import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { until } from '../support/until.js';
import { openDesk } from './desk.js';

const desk = openDesk();
const action = 'premium_export';

describe('the search for wallets', () => {
  const marked = randomUUID();
  const userIds = ['Anna', 'anna-maria', 'bert', 'hanna', 'zoe'].map((name) => `${marked} ${name}`);

  beforeAll(async () => {
    for (const userId of userIds) {
      await desk.credits.grant({ userId, credits: 5, reason: 'bought', actor: 'shop' });
    }
  });

  const search = async (query: string) => (await desk.get(`wallets?${query}`)).body;
  const names = ({ data }: { data: { userId: string }[] }) =>
    data.map(({ userId }) => userId.replace(`${marked} `, ''));

  test('finds how a user id begins, in capitals or not, in the order of their ids', async () => {
    expect(names(await search(`query=${marked} ANNA`))).toEqual(['Anna', 'anna-maria']);
    expect(names(await search(`query=${marked.toUpperCase()}`))).toEqual([
      'Anna',
      'anna-maria',
      'bert',
      'hanna',
      'zoe',
    ]);
    expect(await search('query=%25')).toEqual({ data: [], nextCursor: null });
    expect(await search(`query=hanna`)).toEqual({ data: [], nextCursor: null });
  });

  test('finds letters that are not of ASCII, and two ids that differ in capitals alone', async () => {
    const other = randomUUID();
    for (const userId of [`${other} Übel`, `${other} TWIN`, `${other} twin`]) {
      await desk.credits.grant({ userId, credits: 1, reason: 'bought', actor: 'shop' });
    }
    expect(names(await search(`query=${other} ${encodeURIComponent('Ü')}`))).toEqual([`${other} Übel`]);
    const first = await search(`query=${other} twin&limit=1`);
    const second = await search(`query=${other} twin&limit=1&cursor=${first.nextCursor}`);
    expect([first, second].map(names)).toEqual([[`${other} TWIN`], [`${other} twin`]]);
    expect(second.nextCursor).toBeNull();
  });

  test('reads its page and not all wallets, however many there are', async () => {
    const { sql, app } = desk.product;
    await sql.query(
      `INSERT INTO credits.wallets (user_id) SELECT 'crowd-' || n FROM generate_series(1, 5000) n`,
    );
    await sql.query('VACUUM ANALYZE credits.wallets');
    const asked = jest.spyOn(app.get(DataSource), 'query');
    const page = await search('query=CROWD-99&limit=10');
    const [searched] = asked.mock.calls.filter(([text]) => text.includes('starts_with'));
    asked.mockRestore();
    expect(page.data).toHaveLength(10);
    const { rows } = await sql.query(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${searched![0]}`,
      searched![1] as unknown[],
    );
    const plan = rows[0]['QUERY PLAN'][0].Plan;
    expect(plan['Plans'][0]).toMatchObject({ 'Index Name': 'wallets_by_name', 'Actual Rows': 11 });
    expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThan(20);
  });

  test('goes on where the last page ended, whoever came meanwhile', async () => {
    const first = await search(`query=${marked}&limit=2`);
    expect(names(first)).toEqual(['Anna', 'anna-maria']);
    await desk.credits.grant({ userId: `${marked} Aaron`, credits: 1, reason: 'bought', actor: 'shop' });
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
      { userId, balance: 20, held: 15, available: 5, owed: 0, version: 2, updatedAt, match: null },
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

describe('the entries of a wallet', () => {
  test('come page by page to the first of them, and by the filters of the history', async () => {
    const { userId, entryId } = await desk.customer(20);
    const charges = [];
    for (const credits of [1, 2, 3]) {
      charges.unshift((await desk.credits.charge({ userId, action, credits })).entryId);
    }
    const ids = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);
    const first = (await desk.get(`wallets/${userId}/entries?limit=2`)).body;
    const second = (await desk.get(`wallets/${userId}/entries?limit=2&cursor=${first.nextCursor}`)).body;
    expect([...ids(first), ...ids(second)]).toEqual([...charges, entryId]);
    expect(second.nextCursor).toBeNull();
    expect(ids((await desk.get(`wallets/${userId}/entries?kind=grant`)).body)).toEqual([entryId]);
  });

  test.each(['limit=0', 'cursor=no!', 'kind=gift', 'from=today', 'order=age'])('refuse %s', async (query) => {
    const { userId } = await desk.customer(1);
    expect(await desk.get(`wallets/${userId}/entries?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  });

  test('of nobody are 404, and of no business of a user', async () => {
    expect((await desk.get(`wallets/${randomUUID()}/entries`)).status).toBe(404);
    const { userId } = await desk.customer(1);
    expect((await desk.product.call(userId, `/api/admin/wallets/${userId}/entries`)).status).toBe(403);
  });
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
