import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  ClawbackExceedsGrantError,
  InsufficientCreditsError,
  RestoreExceedsClawbackError,
} from '../../src/credits/credits.errors.js';
import type { CreditsService } from '../../src/credits/credits.service.js';
import { pseudonymFor } from '../../src/credits/ledger/wallet-hash.js';
import { until } from '../support/until.js';
import { action, by, newUser, openBuyers, soon } from './buyers.js';

const buyers = await openBuyers();
let credits: CreditsService;
beforeAll(() => void (credits = buyers.credits));

describe('a clawback takes', () => {
  test('what is left of its own grant first, wherever that lies in the burn order', async () => {
    const userId = newUser();
    await buyers.granted(userId, 50, { priority: 0 });
    const entryId = await buyers.granted(userId, 100, { priority: 50 });
    await buyers.granted(userId, 50, { priority: 100 });
    const taken = await credits.clawback({ entryId, credits: 60, ...by });
    expect(taken).toMatchObject({ taken: 60, restored: 0, owed: 0, balance: 140, charged: 0, version: 4 });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 40, takenBack: 60, spent: 0 });
    expect(await buyers.kindsOf(userId)).toContainEqual(['clawback', -60, 0]);
  });

  test('then what is available in burn order, and the rest is owed', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 100, { priority: 0 });
    const gift = await buyers.granted(userId, 30);
    await credits.charge({ userId, action, credits: 80 });
    expect(await credits.clawback({ entryId, credits: 100, ...by })).toMatchObject({
      taken: 50,
      owed: 50,
      balance: 0,
      available: 0,
    });
    expect(await credits.grantState({ entryId: gift })).toMatchObject({ left: 0, spent: 30 });
  });

  test('nothing that is held: its work is captured, and what is released is collected', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 100);
    const { id: captured } = await credits.hold({ userId, action, credits: 40 });
    const { id: released } = await credits.hold({ userId, action, credits: 30 });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 30, held: 70 });
    const { taken, owed } = await credits.clawback({ entryId, credits: 100, ...by });
    expect({ taken, owed }).toEqual({ taken: 30, owed: 70 });
    await buyers.open.check();
    expect(await credits.capture({ holdId: captured, credits: 25 })).toMatchObject({
      charged: 25,
      balance: 30,
      available: 0,
    });
    await credits.release({ holdId: released });
    expect(await credits.balance(userId)).toMatchObject({ balance: 0, held: 0, owed: 25 });
    expect((await buyers.kindsOf(userId)).slice(0, 3)).toEqual([
      ['clawback', -30, 25],
      ['clawback', -15, 55],
      ['charge', -25, null],
    ]);
  });

  test('what a hold that nobody kept alive frees, before anything else can have it', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 10);
    const { id } = await credits.hold({ userId, action, credits: 10, ttlSeconds: 1 });
    await credits.clawback({ entryId, credits: 10, ...by });
    // Looked at without settling anything: the charge is the first to find the hold expired.
    await until(async () => {
      const sql = 'SELECT expires_at <= clock_timestamp() AS over FROM credits.running_holds WHERE id = $1';
      const [hold] = await buyers.open.dataSource.query<{ over: boolean }[]>(sql, [id]);
      return hold?.over ?? true;
    });
    await expect(credits.charge({ userId, action, credits: 1 })).rejects.toBeInstanceOf(
      InsufficientCreditsError,
    );
    expect(await credits.balance(userId)).toMatchObject({ balance: 0, owed: 0 });
  });

  test('of a grant that burned out or expired what else there is', async () => {
    const userId = newUser();
    const gone = await buyers.granted(userId, 20, { expiresAt: soon() });
    await buyers.lapsed(userId);
    const entryId = await buyers.granted(userId, 15);
    expect(await credits.clawback({ entryId: gone, credits: 20, ...by })).toMatchObject({
      taken: 15,
      owed: 5,
    });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 0 });
  });

  test('at most what was granted, over all clawbacks and restores', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 10);
    await credits.clawback({ entryId, credits: 7, ...by });
    await expect(credits.clawback({ entryId, credits: 4, ...by })).rejects.toMatchObject({
      code: 'clawback_exceeds_grant',
      facts: { granted: 10, takenBack: 7, requested: 4 },
    });
    await expect(credits.restore({ entryId, credits: 8, ...by })).rejects.toBeInstanceOf(
      RestoreExceedsClawbackError,
    );
    await credits.restore({ entryId, credits: 7, ...by });
    await credits.clawback({ entryId, credits: 10, ...by });
    await expect(credits.clawback({ entryId, credits: 1, ...by })).rejects.toBeInstanceOf(
      ClawbackExceedsGrantError,
    );
  });

  test('in parts as much as at once', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 500);
    await credits.charge({ userId, action, credits: 400 });
    const parts = [];
    for (const part of [166, 167, 167]) parts.push(await credits.clawback({ entryId, credits: part, ...by }));
    expect(parts.map(({ taken, owed }) => [taken, owed])).toEqual([
      [100, 66],
      [0, 233],
      [0, 400],
    ]);
  });

  test('amid fifty charges no credit twice', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 100);
    const attempts = Array.from({ length: 50 }, () => credits.charge({ userId, action, credits: 3 }));
    const half = attempts.length / 2;
    const taken = Promise.all(attempts.slice(0, half)).then(() =>
      credits.clawback({ entryId, credits: 100, ...by }),
    );
    const charged = (await Promise.allSettled(attempts)).filter(
      ({ status }) => status === 'fulfilled',
    ).length;
    const { taken: back, owed } = await taken;
    expect(charged * 3 + back).toBe(100);
    expect(owed).toBe(charged * 3);
    expect(await credits.balance(userId)).toMatchObject({ balance: 0, owed });
  });
});

describe('while a wallet owes', () => {
  test('a refusal names what is owed, and counts it as missing', async () => {
    const { userId } = await buyers.debtor(80);
    await expect(credits.hold({ userId, action, credits: 5 })).rejects.toMatchObject({
      facts: { required: 5, available: 0, held: 0, owed: 80, shortfall: 85 },
    });
  });

  test('what is bought pays it first: of 500, 420 are left', async () => {
    const { userId } = await buyers.debtor(80);
    const receipt = await credits.grant({ userId, credits: 500, ...by });
    expect(receipt).toMatchObject({ balance: 420, available: 420 });
    expect(await credits.balance(userId)).toMatchObject({ balance: 420, owed: 0, version: receipt.version });
  });

  test.each([
    ['a gift', ({ userId }) => credits.grant({ userId, credits: 30, category: 'promotional', ...by })],
    ['a raise', ({ userId }) => credits.adjust({ userId, credits: 30, ...by })],
    ['the refund of a charge', ({ chargeId }) => credits.refund({ entryId: chargeId, credits: 30, ...by })],
    [
      'an edit by hand',
      ({ userId }) =>
        buyers.open.dataSource.query('UPDATE credits.wallets SET balance = balance + 30 WHERE user_id = $1', [
          userId,
        ]),
    ],
  ] satisfies [string, (of: Awaited<ReturnType<typeof buyers.debtor>>) => Promise<unknown>][])(
    '%s pays it first',
    async (_what, comesIn) => {
      const of = await buyers.debtor(80);
      await comesIn(of);
      expect(await credits.balance(of.userId)).toMatchObject({ balance: 0, available: 0, owed: 50 });
      await comesIn(of).catch(() => undefined);
      expect(await credits.balance(of.userId)).toMatchObject({ balance: 0, owed: 20 });
    },
  );

  test('what is free stays free', async () => {
    const { userId } = await buyers.debtor(5);
    expect(await credits.charge({ userId, action, credits: 0 })).toMatchObject({ charged: 0, balance: 0 });
  });

  test('an erasure collects what its holds were keeping, and keeps the rest owed', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 100);
    await credits.charge({ userId, action, credits: 60 });
    await credits.hold({ userId, action, credits: 40 });
    await credits.clawback({ entryId, credits: 100, ...by });
    const pseudonym = pseudonymFor(userId);
    await buyers.open.dataSource.query('SELECT credits.erase($1, $2, $3, $4, $5)', [
      userId,
      pseudonym,
      'hash',
      'asked for',
      'test',
    ]);
    expect(await credits.balance(pseudonym)).toMatchObject({ balance: 0, held: 0, owed: 60 });
    await buyers.open.check();
  });

  test('nobody forgives it by hand', async () => {
    const { userId } = await buyers.debtor(5);
    const forgive = buyers.open.dataSource.query('UPDATE credits.wallets SET owed = 0 WHERE user_id = $1', [
      userId,
    ]);
    await expect(forgive).rejects.toThrow('only the balance of a wallet may be edited');
  });
});
