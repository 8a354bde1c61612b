import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  IdempotencyKeyReusedError,
  InvalidCreditsInputError,
  UnknownEntryError,
} from '../../src/credits/credits.errors.js';
import type { CreditsService } from '../../src/credits/credits.service.js';
import { ledgerRows } from '../support/ledger-rows.js';
import { until } from '../support/until.js';
import { action, by, newUser, openBuyers, soon } from './buyers.js';

const buyers = await openBuyers();
let credits: CreditsService;
beforeAll(() => void (credits = buyers.credits));

describe('a restore', () => {
  test('forgives what is owed first, and gives the rest back to its grant', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 100);
    await credits.charge({ userId, action, credits: 60 });
    await credits.clawback({ entryId, credits: 100, ...by });
    expect(await credits.restore({ entryId, credits: 80, ...by })).toMatchObject({
      restored: 20,
      taken: 0,
      owed: 0,
      balance: 20,
    });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 20, takenBack: 20, spent: 60 });
    expect(await buyers.kindsOf(userId)).toContainEqual(['restore', 20, 0]);
  });

  test('of nothing but a debt moves no credit', async () => {
    const { userId, entryId } = await buyers.debtor(80);
    expect(await credits.restore({ entryId, credits: 30, ...by })).toMatchObject({ restored: 0, owed: 50 });
    expect(await credits.balance(userId)).toMatchObject({ balance: 0, owed: 50 });
  });

  test('of a grant that expired meanwhile is a new one of the same priority without expiry', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 20, { expiresAt: soon(), priority: 10, category: 'paid' });
    await credits.clawback({ entryId, credits: 20, ...by });
    await until(async () => {
      await credits.restore({ entryId, credits: 1, ...by });
      const grants = await buyers.open.dataSource.query(
        'SELECT priority, category, expires_at FROM credits.grants WHERE user_id = $1 AND remaining > 0 AND expires_at IS NULL',
        [userId],
      );
      return grants.length > 0 && grants[0].priority === 10 && grants[0].category === 'paid';
    });
  });
});

describe('of a grant can be told', () => {
  test('what is left, held, lapsed, taken back and spent, which are all of it', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 100, { expiresAt: soon() });
    await credits.charge({ userId, action, credits: 10 });
    await credits.clawback({ entryId, credits: 15, ...by });
    const { id: holdId } = await credits.hold({ userId, action, credits: 20 });
    await until(async () => (await credits.balance(userId)).balance === 20);
    const state = { entryId, userId, granted: 100, takenBack: 15, spent: 10 };
    expect(await credits.grantState({ entryId })).toEqual({ ...state, left: 0, held: 20, lapsed: 55 });
    await credits.release({ holdId });
    expect(await credits.grantState({ entryId })).toEqual({ ...state, left: 0, held: 0, lapsed: 75 });
  });

  test('under the lock of its wallet: nobody spends what is left before the transaction ends', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 10);
    let charged = false;
    await buyers.open.dataSource.transaction(async (tx) => {
      expect(await credits.grantState({ entryId }, { tx })).toMatchObject({ left: 10 });
      void credits
        .charge({ userId, action, credits: 10 })
        .catch(() => undefined)
        .then(() => (charged = true));
      await until(async () => (await tx.query(LOCK_WAITS))[0].waiting > 0);
      expect(charged).toBe(false);
      await credits.clawback({ entryId, credits: 10, ...by }, { tx });
    });
    await until(() => charged);
    expect(await credits.balance(userId)).toMatchObject({ balance: 0, owed: 0 });
  });

  test('nothing where an entry gave nothing, or is not there', async () => {
    const { chargeId } = await buyers.debtor(1);
    await expect(credits.grantState({ entryId: chargeId })).rejects.toBeInstanceOf(InvalidCreditsInputError);
    await expect(credits.grantState({ entryId: randomUUID() })).rejects.toBeInstanceOf(UnknownEntryError);
  });

  const LOCK_WAITS = `SELECT count(*)::int AS waiting FROM pg_stat_activity
                       WHERE datname = current_database() AND wait_event_type = 'Lock'`;
});

describe('a clawback or a restore', () => {
  test('of no grant, of nothing or of an unknown entry changes nothing', async () => {
    const { chargeId, entryId, userId } = await buyers.debtor(3);
    const collected = await credits.grant({ userId, credits: 1, ...by });
    const before = await ledgerRows(buyers.open.dataSource);
    for (const verb of ['clawback', 'restore'] as const) {
      for (const credit of [0, -1, 1.5, Number.MAX_SAFE_INTEGER + 1]) {
        await expect(credits[verb]({ entryId, credits: credit, ...by })).rejects.toBeInstanceOf(
          InvalidCreditsInputError,
        );
      }
      await expect(credits[verb]({ entryId: chargeId, credits: 1, ...by })).rejects.toThrow(
        'the entry of a grant',
      );
      const { data } = await credits.history(userId, { kind: 'clawback' });
      for (const { id } of data) {
        await expect(credits[verb]({ entryId: id, credits: 1, ...by })).rejects.toThrow(
          'the entry of a grant',
        );
      }
      await expect(credits[verb]({ entryId: randomUUID(), credits: 1, ...by })).rejects.toBeInstanceOf(
        UnknownEntryError,
      );
    }
    expect(collected).toMatchObject({ balance: 0, available: 0 });
    expect(await ledgerRows(buyers.open.dataSource)).toEqual(before);
  });

  test('happens once under its key, and answers the same again', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 10);
    await credits.charge({ userId, action, credits: 4 });
    const input = { entryId, credits: 8, ...by, idempotencyKey: 'purchase:1:back:1' };
    const first = await credits.clawback(input);
    const again = await credits.clawback(input);
    expect(again).toEqual({ ...first, replayed: true });
    expect(first).toMatchObject({ taken: 6, owed: 2 });
    await expect(credits.clawback({ ...input, credits: 7 })).rejects.toBeInstanceOf(
      IdempotencyKeyReusedError,
    );
    const back = { ...input, idempotencyKey: 'purchase:1:back:2' };
    expect(await credits.restore(back)).toEqual({ ...(await credits.restore(back)), replayed: false });
    expect(await credits.balance(userId)).toMatchObject({ balance: 6, owed: 0 });
  });

  test('rolls back with the transaction of its caller', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 10);
    const before = await ledgerRows(buyers.open.dataSource);
    await buyers.open.dataSource
      .transaction(async (tx) => {
        await credits.clawback({ entryId, credits: 5, ...by }, { tx });
        throw new Error('the provider refused');
      })
      .catch(() => undefined);
    expect(await ledgerRows(buyers.open.dataSource)).toEqual(before);
  });

  test('a grant that paid a debt answers the same again under its key', async () => {
    const { userId } = await buyers.debtor(80);
    const input = { userId, credits: 100, ...by, idempotencyKey: 'purchase:2' };
    const first = await credits.grant(input);
    expect(first).toMatchObject({ balance: 20, available: 20 });
    expect(await credits.grant(input)).toEqual({ ...first, replayed: true });
  });
});
