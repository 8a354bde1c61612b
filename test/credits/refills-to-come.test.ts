import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pseudonymFor } from '../../src/credits/ledger/wallet-hash.js';
import { openSubscribers } from './subscribers.js';

const subscribers = openSubscribers();

describe('refills that are fewer for a while', () => {
  test('come late for the time that passed, last as long as the one that runs, and are as many in all', async () => {
    const { userId, id } = await subscribers.somebody({
      anchor: '2127-01-31T00:00:00Z',
      credits: 100,
      refills: 5,
      carry: 30,
    });
    const { credits } = subscribers.open;
    expect(await credits.limitAllowance({ id, refills: 1 })).toMatchObject({ nextAt: null });
    expect(await subscribers.look(userId, '2127-04-10T00:00:00Z')).toMatchObject({ balance: 0, next: null });
    const more = await credits.limitAllowance({ id, refills: 5 });
    expect(more).toMatchObject({ nextAt: '2127-04-30T00:00:00.000Z' });
    expect(await subscribers.look(userId)).toMatchObject({ balance: 200 });
    await subscribers.open.check();
    // The two that came late end with the period that ran; of the last one 30 are carried.
    expect(await subscribers.look(userId, '2127-04-30T00:00:00Z')).toMatchObject({ balance: 130 });
    expect(await subscribers.look(userId, '2127-05-31T00:00:00Z')).toMatchObject({
      balance: 130,
      next: null,
    });
    expect(await subscribers.look(userId, '2127-06-30T00:00:00Z')).toMatchObject({ balance: 0 });
    expect((await subscribers.entries(userId)).filter((entry) => entry === 'grant 100')).toHaveLength(5);
    await subscribers.open.check();
  });

  test('come no more once the allowance is over', async () => {
    const { userId, id } = await subscribers.somebody({
      anchor: '2127-01-31T00:00:00Z',
      until: '2127-03-10T00:00:00Z',
      refills: 9,
    });
    await subscribers.at('2127-03-20T00:00:00Z');
    const { credits } = subscribers.open;
    expect(await credits.limitAllowance({ id, refills: 12 })).toMatchObject({ nextAt: null });
    const grants = (await subscribers.entries(userId)).filter((entry) => entry.startsWith('grant'));
    expect(grants).toHaveLength(2);
  });
});

describe('a key under which a hold runs', () => {
  const action = 'audio_upload';
  const terms = { plan: 'pro', credits: 10, refills: 2, anchor: '2127-02-01T00:00:00Z' };
  const idempotencyKey = 'of a hold';

  test('is another act’s to an allowance, until the hold has ended', async () => {
    const userId = `somebody-${randomUUID()}`;
    const { credits } = subscribers.open;
    await subscribers.at('2127-01-01T00:00:00Z');
    await credits.grant({ userId, credits: 5, reason: 'a gift', actor: 'host' });
    const held = { userId, action, credits: 2, idempotencyKey };
    const { id: holdId } = await credits.hold(held);
    const reused = { code: 'idempotency_key_reused' };
    await expect(credits.allow({ userId, ...terms, idempotencyKey })).rejects.toMatchObject(reused);
    await credits.release({ holdId });
    await credits.hold({ ...held, ttlSeconds: 60 });
    await subscribers.at('2127-01-02T00:00:00Z');
    expect(await credits.allow({ userId, ...terms, idempotencyKey })).toMatchObject({ replayed: false });
    await subscribers.open.check();
  });

  test.each(['capture', 'release'] as const)(
    'when the first refill comes: %s does what it does',
    async (end) => {
      const userId = `somebody-${randomUUID()}`;
      const { credits } = subscribers.open;
      await subscribers.at('2127-01-31T23:59:30Z');
      const { id } = await credits.allow({ userId, ...terms, idempotencyKey });
      await credits.grant({ userId, credits: 5, reason: 'a gift', actor: 'host' });
      const { id: holdId } = await credits.hold({
        userId,
        action,
        credits: 2,
        ttlSeconds: 600,
        idempotencyKey,
      });
      expect(await subscribers.look(userId, '2127-02-01T00:00:01Z')).toMatchObject({ balance: 15, held: 2 });
      await credits[end]({ holdId });
      await subscribers.look(userId, '2127-03-01T00:00:00Z');
      expect(await credits.allowanceRefills({ id })).toHaveLength(2);
      expect(await credits.allow({ userId, ...terms, idempotencyKey })).toMatchObject({ id, replayed: true });
      await subscribers.open.check();
    },
  );
});

test('a key under which something else was done before the first refill closes no wallet', async () => {
  const userId = `somebody-${randomUUID()}`;
  const idempotencyKey = `key-${userId}`;
  const { credits } = subscribers.open;
  await subscribers.at('2127-01-01T00:00:00Z');
  const terms = { plan: 'pro', credits: 10, refills: 2, anchor: '2127-02-01T00:00:00Z', idempotencyKey };
  const { id } = await credits.allow({ userId, ...terms });
  const { entryId } = await credits.grant({
    userId,
    credits: 5,
    reason: 'a gift',
    actor: 'host',
    idempotencyKey,
  });
  expect(await subscribers.look(userId, '2127-02-01T00:00:00Z')).toMatchObject({ balance: 15 });
  await subscribers.look(userId, '2127-03-01T00:00:00Z');
  const refills = await credits.allowanceRefills({ id });
  expect(refills).toHaveLength(2);
  expect(refills).not.toContain(entryId);
  expect(await credits.allow({ userId, ...terms })).toMatchObject({ id, replayed: true });
  await subscribers.open.check();
});

test('the refills of somebody who was erased are found as before', async () => {
  const idempotencyKey = `key-${randomUUID()}`;
  const { credits, dataSource } = subscribers.open;
  const begins = { anchor: '2127-01-31T00:00:00Z', credits: 10, refills: 3 };
  const { userId, id } = await subscribers.somebody({ ...begins, idempotencyKey });
  // Of the same terms, under another key.
  const { id: other } = await credits.allow({
    userId,
    plan: 'pro',
    ...begins,
    idempotencyKey: `${idempotencyKey}+`,
  });
  await subscribers.look(userId, '2127-03-01T00:00:00Z');
  const before = await credits.allowanceRefills({ id });
  expect(before).toHaveLength(2);
  const pseudonym = pseudonymFor(userId);
  await dataSource.query(`SELECT credits.erase($1, $2, 'hash', 'asked for', 'test')`, [userId, pseudonym]);
  expect(await credits.allowanceRefills({ id })).toEqual(before);
  expect(await credits.allowanceRefills({ id: other })).toHaveLength(2);
  await subscribers.open.check();
});
