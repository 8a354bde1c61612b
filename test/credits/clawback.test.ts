import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  ClawbackExceedsGrantError,
  IdempotencyKeyReusedError,
  InsufficientCreditsError,
  InvalidCreditsInputError,
  RestoreExceedsClawbackError,
  UnknownEntryError,
} from '../../src/credits/credits.errors.js';
import type { CreditsService } from '../../src/credits/credits.service.js';
import type { GrantInput } from '../../src/credits/credits.types.js';
import { pseudonymFor } from '../../src/credits/ledger/wallet-hash.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ledgerRows } from '../support/ledger-rows.js';
import { until } from '../support/until.js';

const action = 'audio_upload';
const by = { reason: 'the money went back', actor: 'test' };

let database: TestDatabase;
let open: OpenCredits;
let credits: CreditsService;

beforeAll(async () => {
  database = await createTestDatabase();
  open = await openCredits(database.url);
  credits = open.credits;
});

afterAll(async () => {
  await open.check();
  await open.close();
  await database.drop();
});

const newUser = () => `buyer-${randomUUID()}`;

async function granted(userId: string, amount: number, terms: Partial<GrantInput> = {}): Promise<string> {
  return (await credits.grant({ userId, credits: amount, reason: 'bought', actor: 'test', ...terms }))
    .entryId;
}

const soon = () => new Date(Date.now() + 150);

async function lapsed(userId: string): Promise<void> {
  await until(async () => (await credits.balance(userId)).balance === 0);
}

/** Somebody who bought `amount`, spent all of it and whose money went back. */
async function debtor(amount: number): Promise<{ userId: string; entryId: string; chargeId: string }> {
  const userId = newUser();
  const entryId = await granted(userId, amount);
  const { entryId: chargeId } = await credits.charge({ userId, action, credits: amount });
  await credits.clawback({ entryId, credits: amount, ...by });
  expect(await credits.balance(userId)).toMatchObject({ balance: 0, available: 0, owed: amount });
  return { userId, entryId, chargeId };
}

const kindsOf = async (userId: string) =>
  (await credits.history(userId)).data.map(({ kind, amount, owedAfter }) => [kind, amount, owedAfter]);

describe('a clawback takes', () => {
  test('what is left of its own grant first, wherever that lies in the burn order', async () => {
    const userId = newUser();
    await granted(userId, 50, { priority: 0 });
    const entryId = await granted(userId, 100, { priority: 50 });
    await granted(userId, 50, { priority: 100 });
    const taken = await credits.clawback({ entryId, credits: 60, ...by });
    expect(taken).toMatchObject({ taken: 60, restored: 0, owed: 0, balance: 140, charged: 0, version: 4 });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 40, takenBack: 60, spent: 0 });
    expect(await kindsOf(userId)).toContainEqual(['clawback', -60, 0]);
  });

  test('then what is available in burn order, and the rest is owed', async () => {
    const userId = newUser();
    const entryId = await granted(userId, 100, { priority: 0 });
    const gift = await granted(userId, 30);
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
    const entryId = await granted(userId, 100);
    const { id: captured } = await credits.hold({ userId, action, credits: 40 });
    const { id: released } = await credits.hold({ userId, action, credits: 30 });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 30, held: 70 });
    const { taken, owed } = await credits.clawback({ entryId, credits: 100, ...by });
    expect({ taken, owed }).toEqual({ taken: 30, owed: 70 });
    await open.check();
    expect(await credits.capture({ holdId: captured, credits: 25 })).toMatchObject({
      charged: 25,
      balance: 30,
      available: 0,
    });
    await credits.release({ holdId: released });
    expect(await credits.balance(userId)).toMatchObject({ balance: 0, held: 0, owed: 25 });
    expect((await kindsOf(userId)).slice(0, 3)).toEqual([
      ['clawback', -30, 25],
      ['clawback', -15, 55],
      ['charge', -25, null],
    ]);
  });

  test('what a hold that nobody kept alive frees, before anything else can have it', async () => {
    const userId = newUser();
    const entryId = await granted(userId, 10);
    const { id } = await credits.hold({ userId, action, credits: 10, ttlSeconds: 1 });
    await credits.clawback({ entryId, credits: 10, ...by });
    // Looked at without settling anything: the charge is the first to find the hold expired.
    await until(async () => {
      const sql = 'SELECT expires_at <= clock_timestamp() AS over FROM credits.running_holds WHERE id = $1';
      const [hold] = await open.dataSource.query<{ over: boolean }[]>(sql, [id]);
      return hold?.over ?? true;
    });
    await expect(credits.charge({ userId, action, credits: 1 })).rejects.toBeInstanceOf(
      InsufficientCreditsError,
    );
    expect(await credits.balance(userId)).toMatchObject({ balance: 0, owed: 0 });
  });

  test('of a grant that burned out or expired what else there is', async () => {
    const userId = newUser();
    const gone = await granted(userId, 20, { expiresAt: soon() });
    await lapsed(userId);
    const entryId = await granted(userId, 15);
    expect(await credits.clawback({ entryId: gone, credits: 20, ...by })).toMatchObject({
      taken: 15,
      owed: 5,
    });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 0 });
  });

  test('at most what was granted, over all clawbacks and restores', async () => {
    const userId = newUser();
    const entryId = await granted(userId, 10);
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
    const entryId = await granted(userId, 500);
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
    const entryId = await granted(userId, 100);
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
    const { userId } = await debtor(80);
    await expect(credits.hold({ userId, action, credits: 5 })).rejects.toMatchObject({
      facts: { required: 5, available: 0, held: 0, owed: 80, shortfall: 85 },
    });
  });

  test('what is bought pays it first: of 500, 420 are left', async () => {
    const { userId } = await debtor(80);
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
        open.dataSource.query('UPDATE credits.wallets SET balance = balance + 30 WHERE user_id = $1', [
          userId,
        ]),
    ],
  ] satisfies [string, (of: Awaited<ReturnType<typeof debtor>>) => Promise<unknown>][])(
    '%s pays it first',
    async (_what, comesIn) => {
      const of = await debtor(80);
      await comesIn(of);
      expect(await credits.balance(of.userId)).toMatchObject({ balance: 0, available: 0, owed: 50 });
      await comesIn(of).catch(() => undefined);
      expect(await credits.balance(of.userId)).toMatchObject({ balance: 0, owed: 20 });
    },
  );

  test('what is free stays free', async () => {
    const { userId } = await debtor(5);
    expect(await credits.charge({ userId, action, credits: 0 })).toMatchObject({ charged: 0, balance: 0 });
  });

  test('an erasure collects what its holds were keeping, and keeps the rest owed', async () => {
    const userId = newUser();
    const entryId = await granted(userId, 100);
    await credits.charge({ userId, action, credits: 60 });
    await credits.hold({ userId, action, credits: 40 });
    await credits.clawback({ entryId, credits: 100, ...by });
    const pseudonym = pseudonymFor(userId);
    await open.dataSource.query('SELECT credits.erase($1, $2, $3, $4, $5)', [
      userId,
      pseudonym,
      'hash',
      'asked for',
      'test',
    ]);
    expect(await credits.balance(pseudonym)).toMatchObject({ balance: 0, held: 0, owed: 60 });
    await open.check();
  });

  test('nobody forgives it by hand', async () => {
    const { userId } = await debtor(5);
    const forgive = open.dataSource.query('UPDATE credits.wallets SET owed = 0 WHERE user_id = $1', [userId]);
    await expect(forgive).rejects.toThrow('only the balance of a wallet may be edited');
  });
});

describe('a restore', () => {
  test('forgives what is owed first, and gives the rest back to its grant', async () => {
    const userId = newUser();
    const entryId = await granted(userId, 100);
    await credits.charge({ userId, action, credits: 60 });
    await credits.clawback({ entryId, credits: 100, ...by });
    expect(await credits.restore({ entryId, credits: 80, ...by })).toMatchObject({
      restored: 20,
      taken: 0,
      owed: 0,
      balance: 20,
    });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 20, takenBack: 20, spent: 60 });
    expect(await kindsOf(userId)).toContainEqual(['restore', 20, 0]);
  });

  test('of nothing but a debt moves no credit', async () => {
    const { userId, entryId } = await debtor(80);
    expect(await credits.restore({ entryId, credits: 30, ...by })).toMatchObject({ restored: 0, owed: 50 });
    expect(await credits.balance(userId)).toMatchObject({ balance: 0, owed: 50 });
  });

  test('of a grant that expired meanwhile is a new one of the same priority without expiry', async () => {
    const userId = newUser();
    const entryId = await granted(userId, 20, { expiresAt: soon(), priority: 10, category: 'paid' });
    await credits.clawback({ entryId, credits: 20, ...by });
    await until(async () => {
      await credits.restore({ entryId, credits: 1, ...by });
      const grants = await open.dataSource.query(
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
    const entryId = await granted(userId, 100, { expiresAt: soon() });
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
    const entryId = await granted(userId, 10);
    let charged = false;
    await open.dataSource.transaction(async (tx) => {
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
    const { chargeId } = await debtor(1);
    await expect(credits.grantState({ entryId: chargeId })).rejects.toBeInstanceOf(InvalidCreditsInputError);
    await expect(credits.grantState({ entryId: randomUUID() })).rejects.toBeInstanceOf(UnknownEntryError);
  });

  const LOCK_WAITS = `SELECT count(*)::int AS waiting FROM pg_stat_activity
                       WHERE datname = current_database() AND wait_event_type = 'Lock'`;
});

describe('a clawback or a restore', () => {
  test('of no grant, of nothing or of an unknown entry changes nothing', async () => {
    const { chargeId, entryId, userId } = await debtor(3);
    const collected = await credits.grant({ userId, credits: 1, ...by });
    const before = await ledgerRows(open.dataSource);
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
    expect(await ledgerRows(open.dataSource)).toEqual(before);
  });

  test('happens once under its key, and answers the same again', async () => {
    const userId = newUser();
    const entryId = await granted(userId, 10);
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
    const entryId = await granted(userId, 10);
    const before = await ledgerRows(open.dataSource);
    await open.dataSource
      .transaction(async (tx) => {
        await credits.clawback({ entryId, credits: 5, ...by }, { tx });
        throw new Error('the provider refused');
      })
      .catch(() => undefined);
    expect(await ledgerRows(open.dataSource)).toEqual(before);
  });

  test('a grant that paid a debt answers the same again under its key', async () => {
    const { userId } = await debtor(80);
    const input = { userId, credits: 100, ...by, idempotencyKey: 'purchase:2' };
    const first = await credits.grant(input);
    expect(first).toMatchObject({ balance: 20, available: 20 });
    expect(await credits.grant(input)).toEqual({ ...first, replayed: true });
  });
});
