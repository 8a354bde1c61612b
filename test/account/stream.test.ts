import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { History } from '../../src/account/history.js';
import { UNKNOWN_VERSION, pseudonymFor } from '../../src/credits/plumbing.js';
import { IdentifyGuard } from '../../src/identity/index.js';
import { allOnOwnDatabase } from '../support/own-database.js';
import { until } from '../support/until.js';
import { EventSource } from './event-source.js';
import { openShop } from './shop.js';

const action = 'docx_processing';

const [[shop, other], database] = await allOnOwnDatabase(openShop, openShop);
const open: EventSource[] = [];

afterEach(async () => {
  for (const source of open.splice(0)) source.close();
  await until(() => shop.streams.size === 0);
});

const give = (userId: string, credits: number) =>
  shop.credits.grant({ userId, credits, reason: 'bought', actor: 'test' });

async function listen(userId: string): Promise<EventSource> {
  const source = await EventSource.open(shop.url, userId);
  open.push(source);
  return source;
}

describe('a stream', () => {
  test('begins with the balance as it is, in the form of GET /api/credits', async () => {
    await give('alice', 100);
    const source = await listen('alice');
    const { headers, statusCode } = source.response;
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(headers).toMatchObject({
      'cache-control': 'private, no-cache, no-transform',
      vary: 'Authorization',
    });
    expect(headers['x-request-id']).toBeDefined();
    await source.hears(100);
    const { body } = await shop.get('credits', 'alice');
    expect(source.events).toEqual([{ ...body, asOf: expect.any(String), source: expect.any(String) }]);
  });

  test('tells of every change, whoever made it, and of no change twice', async () => {
    await give('bob', 100);
    const source = await listen('bob');
    await source.hears(100);
    await shop.credits.charge({ userId: 'bob', action });
    await source.hears(95);
    await other.credits.charge({ userId: 'bob', action });
    await source.hears(90);
    await shop.dataSource.query(`UPDATE credits.wallets SET balance = 1000 WHERE user_id = 'bob'`);
    await source.hears(1000);
    await shop.dataSource.transaction((tx) => shop.credits.charge({ userId: 'bob', action }, { tx }));
    await source.hears(995);
    const { id: holdId } = await other.credits.hold({ userId: 'bob', action });
    await until(() => source.latest?.version === 6);
    await other.credits.release({ holdId });
    await until(() => source.latest?.version === 7);
    expect(source.events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('tells of a hold that nobody kept alive', async () => {
    await give('carol', 100);
    await shop.credits.hold({ userId: 'carol', action, ttlSeconds: 1 });
    const source = await listen('carol');
    await until(() => source.latest?.version === 3);
  });

  test('hears nothing of other users', async () => {
    await give('dave', 100);
    await give('erin', 100);
    const [dave, erin] = [await listen('dave'), await listen('erin')];
    await shop.credits.charge({ userId: 'erin', action });
    await erin.hears(95);
    expect(dave.events.map(({ balance }) => balance)).toEqual([100]);
  });

  test('is forgotten when its client leaves', async () => {
    await give('frank', 100);
    const source = await listen('frank');
    await source.hears(100);
    expect(shop.streams.size).toBe(1);
    source.close();
    await until(() => shop.streams.size === 0);
  });

  test('may be one of many, and one database connection serves them all', async () => {
    const users = Array.from({ length: 20 }, (_, index) => `grace-${index}`);
    await Promise.all(users.map((user) => give(user, 100)));
    const sources = await Promise.all([...users, ...users, ...users].map(listen));
    await Promise.all(sources.map((source) => source.hears(100)));
    const connections = async () =>
      (await shop.dataSource.query<unknown[]>('SELECT FROM pg_stat_activity')).length;
    const before = await connections();
    await Promise.all(users.map((userId) => shop.credits.charge({ userId, action })));
    await Promise.all(sources.map((source) => source.hears(95)));
    expect(await connections()).toBeLessThan(before + 20);
  });

  test('hears what changed while nobody listened to the database', async () => {
    await give('heidi', 100);
    const source = await listen('heidi');
    await source.hears(100);
    await shop.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'credits listener'`,
    );
    await shop.dataSource.query(`UPDATE credits.wallets SET balance = 101 WHERE user_id = 'heidi'`);
    await source.hears(101);
  });

  test('is the oldest of five, and ends, when its user opens a sixth', async () => {
    await give('ivan', 100);
    await give('judy', 100);
    const [first, foreign] = [await listen('ivan'), await listen('judy')];
    const others = [];
    for (let i = 0; i < 4; i += 1) others.push(await listen('ivan'));
    expect([first.isOver, shop.streams.size]).toEqual([false, 6]);
    others.push(await listen('ivan'));
    await until(() => first.isOver);
    await shop.credits.charge({ userId: 'ivan', action });
    await Promise.all(others.map((source) => source.hears(95)));
    expect([...others, foreign].map(({ isOver }) => isOver)).toEqual(Array(6).fill(false));
    expect(shop.streams.size).toBe(6);
  });

  test('ends with its token', async () => {
    await give('kate', 100);
    // The next sign of life would end it, too.
    const letIn = jest.spyOn(shop.app.get(IdentifyGuard), 'isStillGood').mockResolvedValue(true);
    const exp = Math.floor(Date.now() / 1000) - 3;
    const source = await EventSource.open(shop.url, 'kate', { exp });
    open.push(source);
    await until(() => source.isOver);
    // Five seconds of tolerance for clocks, and no answer before.
    expect(source.events).toHaveLength(1);
    expect(Date.now()).toBeGreaterThanOrEqual((exp + 5) * 1000);
    expect(shop.streams.size).toBe(0);
    letIn.mockRestore();
  });

  test('ends with its person, on every instance', async () => {
    await give('lena', 100);
    const sources = await Promise.all(
      [shop, other].map(({ url }) =>
        EventSource.open(url, 'lena').then((source) => (open.push(source), source)),
      ),
    );
    await Promise.all(sources.map((source) => source.hears(100)));
    await shop.dataSource.query(`SELECT credits.erase('lena', $1, '', 'asked for', 'op')`, [
      pseudonymFor('lena'),
    ]);
    shop.credits.changes.committed('lena', UNKNOWN_VERSION);
    await until(() => sources.every(({ isOver }) => isOver));
  });

  test('ends at the next sign of life when its token would not be let in any more', async () => {
    await give('mona', 100);
    const [good, bad] = [await listen('mona'), await listen('mona')];
    const streams = shop.streams;
    const refused = jest.spyOn(shop.app.get(IdentifyGuard), 'isStillGood');
    refused.mockResolvedValueOnce(true).mockResolvedValueOnce(false);
    await streams.beat();
    await until(() => bad.isOver);
    expect([good.isOver, streams.size]).toEqual([false, 1]);
    refused.mockRestore();
  });

  test('ends when the server does', async () => {
    const leaving = await openShop(database.url);
    const source = await EventSource.open(leaving.url, 'alice');
    await until(() => source.events.length === 1);
    await leaving.close();
    await until(() => source.isOver);
  });

  test('needs somebody to be signed in', async () => {
    expect((await shop.get('credits/stream', '')).status).toBe(401);
  });
});

describe('a stream that was asked for changes', () => {
  const listenToChanges = async (userId: string) => {
    const source = await EventSource.open(shop.url, userId, undefined, '?changes=true');
    open.push(source);
    await until(() => source.events.length > 0);
    return source;
  };
  const list = async (name: string, userId: string) =>
    (await shop.get(`credits/${name}`, userId)).body.data as { id: string }[];

  test('has the rows of the lists, and tells each client from where it knows', async () => {
    await give('nina', 100);
    const source = await listenToChanges('nina');
    const { id: holdId } = await other.credits.hold({ userId: 'nina', action, description: 'a.docx' });
    await until(() => source.changes.length === 1);
    expect(source.changes[0]).toMatchObject({
      from: 1,
      to: 2,
      entries: [],
      holds: await list('holds', 'nina'),
    });
    await other.credits.capture({ holdId });
    await until(() => source.changes.length === 2);
    const [, captured] = source.changes;
    expect(captured).toMatchObject({ from: 2, to: 3, holds: [], grants: await list('grants', 'nina') });
    expect(captured!.entries).toEqual((await list('history', 'nina')).slice(0, 1));
    expect(captured!.entries[0]).toMatchObject({ kind: 'charge', description: 'a.docx', holdId });
    const { id: second } = await other.credits.hold({ userId: 'nina', action });
    await other.credits.release({ holdId: second, reason: 'broken' });
    await until(() => source.changes.at(-1)?.to === 5);
    expect(source.changes.at(-1)!.holds).toMatchObject([{ id: second, state: 'released', reason: 'broken' }]);
    const later = await listenToChanges('nina');
    await shop.dataSource.query(`UPDATE credits.wallets SET balance = 500 WHERE user_id = 'nina'`);
    await until(() => later.changes.length === 1);
    expect(later.changes[0]).toMatchObject({
      from: 5,
      to: 6,
      entries: [{ kind: 'adjustment', amount: 405 }],
    });
  });

  test('says where more happened than is told, so that its client reads', async () => {
    await give('olga', 1);
    const source = await listenToChanges('olga');
    const add = `UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = 'olga'`;
    await shop.dataSource.transaction(async (tx) => {
      for (let count = 0; count < 51; count += 1) await tx.query(add);
    });
    await until(() => source.changes.at(-1)?.to === 52);
    expect(source.changes).toEqual([{ from: 52, to: 52, entries: [], holds: [], grants: [] }]);
  });

  test('tells the same again after the database was away', async () => {
    await give('pia', 100);
    const source = await listenToChanges('pia');
    const history = shop.app.get(History);
    const failing = jest.spyOn(history, 'changes').mockRejectedValueOnce(new Error('away'));
    await shop.credits.charge({ userId: 'pia', action });
    await until(() => source.changes.length === 1, 5_000);
    expect(source.changes[0]).toMatchObject({ from: 1, to: 2, entries: [{ amount: -5 }] });
    expect(failing).toHaveBeenCalledTimes(2);
    failing.mockRestore();
  });

  test('is not what others get', async () => {
    await give('quinn', 100);
    const source = await listen('quinn');
    await shop.credits.charge({ userId: 'quinn', action });
    await source.hears(95);
    await shop.credits.charge({ userId: 'quinn', action });
    await source.hears(90);
    expect(source.changes).toEqual([]);
    expect((await shop.get('credits/stream?changes=yes', 'quinn')).status).toBe(400);
  });
});
