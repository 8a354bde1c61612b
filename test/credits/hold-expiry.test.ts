import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { HoldAlreadyResolvedError, HoldExpiredError } from '../../src/credits/credits.errors.js';
import { Sweeper } from '../../src/credits/upkeep/sweeper.js';
import { openCredits } from '../support/credits.js';
import { allOnOwnDatabase } from '../support/own-database.js';
import { until } from '../support/until.js';

const action = 'docx_processing';

const [[open, elsewhere]] = await allOnOwnDatabase(openCredits, openCredits);
const { credits } = open;

async function userWith(balance: number): Promise<string> {
  const userId = `worker-${randomUUID()}`;
  await credits.grant({ userId, credits: balance, reason: 'to spend', actor: 'test' });
  return userId;
}

async function rows<Row>(sql: string, ...values: unknown[]): Promise<Row[]> {
  return open.dataSource.query<Row[]>(sql, values);
}

/** By the database's clock, and without the settling that reading a balance does. */
async function secondsLeft(holdId: string): Promise<number> {
  const [hold] = await rows<{ left: number }>(
    `SELECT extract(epoch FROM expires_at - clock_timestamp())::float8 AS left FROM credits.holds WHERE id = $1`,
    holdId,
  );
  return hold!.left;
}

test('a grant that was spent before it expired leaves nothing due', async () => {
  const userId = await userWith(10);
  const expiresAt = new Date(Date.now() + 500);
  await credits.grant({ userId, credits: 5, priority: 1, expiresAt, reason: 'for a moment', actor: 'test' });
  const { version } = await credits.charge({ userId, action, credits: 5 });
  await until(async () => (await rows('SELECT WHERE clock_timestamp() > $1', expiresAt)).length === 1);
  expect(await credits.balance(userId)).toMatchObject({ balance: 10, version });
  expect(await rows('SELECT due_at FROM credits.wallets WHERE user_id = $1', userId)).toEqual([
    { due_at: null },
  ]);
});

describe('a hold that nobody keeps alive', () => {
  test('is captured by nobody', async () => {
    const userId = await userWith(10);
    const { id: holdId } = await credits.hold({ userId, action, ttlSeconds: 1 });
    await until(async () => (await secondsLeft(holdId)) <= 0);
    await expect(credits.capture({ holdId })).rejects.toThrow(HoldExpiredError);
    await expect(credits.release({ holdId })).rejects.toThrow(HoldExpiredError);
    await expect(credits.extend({ holdId })).rejects.toThrow(HoldExpiredError);
    expect(await credits.balance(userId)).toMatchObject({ balance: 10, held: 0 });
    await open.check();
  });

  test.each(['alone', 'in a transaction'])(
    'is not captured by a call that waited %s for the wallet from before the expiry until after it',
    async (how) => {
      const userId = await userWith(10);
      const { id: holdId } = await credits.hold({ userId, action, ttlSeconds: 1 });
      const holder = open.dataSource.createQueryRunner();
      await holder.startTransaction();
      await holder.query('SELECT FROM credits.wallets WHERE user_id = $1 FOR UPDATE', [userId]);
      // A call alone gives up after a second, so it must not come too early.
      await until(async () => (await secondsLeft(holdId)) < 0.6);
      const capture =
        how === 'alone'
          ? credits.capture({ holdId })
          : open.dataSource.transaction((tx) => credits.capture({ holdId }, { tx }));
      const refusal = expect(capture).rejects.toThrow(HoldExpiredError);
      await until(anybodyWaitsForALock);
      expect(await secondsLeft(holdId)).toBeGreaterThan(0);
      await until(async () => (await secondsLeft(holdId)) <= 0);
      await holder.commitTransaction();
      await holder.release();
      await refusal;
      expect(await credits.balance(userId)).toMatchObject({ balance: 10, held: 0 });
      await open.check();
    },
  );

  async function anybodyWaitsForALock(): Promise<boolean> {
    const waiting = await rows(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  }

  test('expires although it holds 0 credits beside another that was captured, and frees its key', async () => {
    const userId = await userWith(10);
    const free = { userId, action, credits: 0, ttlSeconds: 1, idempotencyKey: 'free work' };
    const paid = await credits.hold({ userId, action });
    const first = await credits.hold(free);
    await credits.capture({ holdId: paid.id });
    await until(async () => (await secondsLeft(first.id)) <= 0);
    const second = await credits.hold(free);
    expect(second).toMatchObject({ state: 'held', replayed: false });
    expect(second.id).not.toBe(first.id);
    const states = await rows('SELECT state FROM credits.holds WHERE id = $1', first.id);
    expect(states).toEqual([{ state: 'expired' }]);
    await open.check();
  });

  test('is freed by the sweep, whoever made it', async () => {
    const users = [await userWith(10), await userWith(10)];
    const orphans = await Promise.all(
      users.map((userId) => elsewhere.credits.hold({ userId, action, ttlSeconds: 1 })),
    );
    const alive = await credits.hold({ userId: users[0]!, action, credits: 1 });
    await until(async () => (await secondsLeft(orphans[1]!.id)) <= 0);
    await new Sweeper(open.groups).sweep();
    const wallets = await rows(
      'SELECT held FROM credits.wallets WHERE user_id = ANY ($1) ORDER BY held',
      users,
    );
    expect(wallets).toEqual([{ held: '0' }, { held: '1' }]);
    const states = await rows('SELECT state FROM credits.holds WHERE id = ANY ($1)', [
      alive.id,
      ...orphans.map(({ id }) => id),
    ]);
    expect(states).toHaveLength(3);
    expect(states).toEqual(expect.arrayContaining([{ state: 'held' }, { state: 'expired' }]));
    await open.check();
  });

  test('keeps no other waiting whose wallet somebody else has locked', async () => {
    const [stuck, other, expiring] = [await userWith(10), await userWith(10), await userWith(1)];
    const soon = new Date(Date.now() + 1_000).toISOString();
    const gift = { userId: expiring, credits: 5, expiresAt: soon, reason: 'a gift', actor: 'test' };
    await credits.grant(gift);
    await credits.hold({ userId: stuck, action, ttlSeconds: 1 });
    const { id: lastToExpire } = await credits.hold({ userId: other, action, ttlSeconds: 1 });
    const stranger = open.dataSource.createQueryRunner();
    await stranger.startTransaction();
    try {
      await stranger.query('SELECT FROM credits.wallets WHERE user_id = $1 FOR UPDATE', [stuck]);
      await until(async () => (await secondsLeft(lastToExpire)) <= 0);
      await new Sweeper(open.groups, {}, 1).sweep();
    } finally {
      await stranger.rollbackTransaction();
      await stranger.release();
    }
    const wallets = await rows(
      'SELECT balance, held FROM credits.wallets WHERE user_id = ANY ($1) ORDER BY balance',
      [other, expiring],
    );
    expect(wallets).toEqual([
      { balance: '1', held: '0' },
      { balance: '10', held: '0' },
    ]);
    await open.check();
  });
});

describe('extending a hold', () => {
  test('lets it outlive its first expiry', async () => {
    const userId = await userWith(10);
    const { id: holdId, expiresAt } = await credits.hold({ userId, action, ttlSeconds: 1 });
    await credits.extend({ holdId, ttlSeconds: 60 });
    await until(async () => Date.parse((await credits.balance(userId)).asOf) > Date.parse(expiresAt));
    await new Sweeper(open.groups).sweep();
    expect(await credits.capture({ holdId })).toMatchObject({ charged: 5, balance: 5, held: 0 });
    await open.check();
  });

  test('never makes it shorter', async () => {
    const { id: holdId } = await credits.hold({ userId: await userWith(10), action, ttlSeconds: 60 });
    await credits.extend({ holdId, ttlSeconds: 1 });
    expect(await secondsLeft(holdId)).toBeGreaterThan(50);
  });

  test('is refused once it is resolved', async () => {
    const { id: holdId } = await credits.hold({ userId: await userWith(10), action });
    await credits.release({ holdId });
    await expect(credits.extend({ holdId })).rejects.toThrow(HoldAlreadyResolvedError);
  });
});
