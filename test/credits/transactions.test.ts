import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import {
  CaptureExceedsHoldError,
  HoldAlreadyResolvedError,
  IdempotencyKeyReusedError,
  InsufficientCreditsError,
  InvalidCreditsInputError,
  RefundExceedsChargeError,
  UnknownEntryError,
  UnknownHoldError,
} from '../../src/credits/credits.errors.js';
import { openCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { ledgerRows } from '../support/ledger-rows.js';

const action = 'audio_upload';
const by = { reason: 'because', actor: 'test' };

let userId: string;
let holdId: string;
let entryId: string;

const [open] = await onOwnDatabase(openCredits);
const { credits } = open;

beforeAll(async () => {
  await open.dataSource.query('CREATE TABLE orders (id text PRIMARY KEY)');
});

beforeEach(async () => {
  userId = `buyer-${randomUUID()}`;
  await credits.grant({ userId, credits: 100, ...by });
  entryId = (await credits.charge({ userId, action, credits: 10, idempotencyKey: 'used' })).entryId;
  holdId = (await credits.hold({ userId, action, credits: 20 })).id;
});

async function isOrdered(id: string): Promise<boolean> {
  return (await open.dataSource.query('SELECT FROM orders WHERE id = $1', [id])).length === 1;
}

function order(tx: EntityManager, id: string): Promise<unknown> {
  return tx.query('INSERT INTO orders (id) VALUES ($1)', [id]);
}

describe.each<[string, (tx: EntityManager) => Promise<unknown>, object]>([
  ['hold', (tx) => credits.hold({ userId, action, credits: 4 }, { tx }), { balance: 90, held: 24 }],
  ['capture', (tx) => credits.capture({ holdId, credits: 15 }, { tx }), { balance: 75, held: 0 }],
  ['release', (tx) => credits.release({ holdId }, { tx }), { balance: 90, held: 0 }],
  ['charge', (tx) => credits.charge({ userId, action, credits: 4 }, { tx }), { balance: 86, held: 20 }],
  ['grant', (tx) => credits.grant({ userId, credits: 4, ...by }, { tx }), { balance: 94, held: 20 }],
  ['adjust', (tx) => credits.adjust({ userId, credits: -4, ...by }, { tx }), { balance: 86, held: 20 }],
  ['refund', (tx) => credits.refund({ entryId, credits: 4, ...by }, { tx }), { balance: 94, held: 20 }],
])('%s in a transaction of the caller', (_, call, wallet) => {
  test("commits with the caller's own row, and is seen by nobody before", async () => {
    await open.dataSource.transaction(async (tx) => {
      await order(tx, userId);
      await call(tx);
      expect(await credits.balance(userId)).toMatchObject({ balance: 90, held: 20, version: 3 });
    });
    expect(await isOrdered(userId)).toBe(true);
    expect(await credits.balance(userId)).toMatchObject({ ...wallet, version: 4 });
    await open.check();
  });

  test("is undone with the caller's own row", async () => {
    const before = await ledgerRows(open.dataSource);
    const failing = open.dataSource.transaction(async (tx) => {
      await order(tx, userId);
      await call(tx);
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    expect(await isOrdered(userId)).toBe(false);
    expect(await ledgerRows(open.dataSource)).toEqual(before);
  });
});

test('several changes of one wallet in one transaction are one version each', async () => {
  await open.dataSource.transaction(async (tx) => {
    const work = await credits.hold({ userId, action, credits: 30 }, { tx });
    await credits.grant({ userId, credits: 5, ...by }, { tx });
    await credits.capture({ holdId: work.id, credits: 25 }, { tx });
    await credits.charge({ userId, action, credits: 1 }, { tx });
  });
  expect(await credits.balance(userId)).toMatchObject({ balance: 69, held: 20, version: 7 });
  await open.check();
});

test('every refusal leaves the transaction usable and its row to be kept', async () => {
  const entries = async () => (await ledgerRows(open.dataSource)).filter((row) => row.startsWith('entries'));
  const before = await entries();
  const unknown = randomUUID();
  await open.dataSource.transaction(async (tx) => {
    const { id: released } = await credits.hold({ userId, action, credits: 1 }, { tx });
    await credits.release({ holdId: released }, { tx });
    const largest = Number.MAX_SAFE_INTEGER;
    const spend = { userId, action, idempotencyKey: 'used' };
    const refusals: [call: () => Promise<unknown>, kind: new (...facts: never[]) => Error][] = [
      [() => credits.charge({ userId, action, credits: 71 }, { tx }), InsufficientCreditsError],
      [() => credits.hold({ userId, action, credits: 71 }, { tx }), InsufficientCreditsError],
      [() => credits.adjust({ userId, credits: -71, ...by }, { tx }), InsufficientCreditsError],
      [() => credits.charge({ ...spend, credits: 11 }, { tx }), IdempotencyKeyReusedError],
      [() => credits.capture({ holdId, credits: 21 }, { tx }), CaptureExceedsHoldError],
      [() => credits.capture({ holdId: released }, { tx }), HoldAlreadyResolvedError],
      [() => credits.release({ holdId: unknown }, { tx }), UnknownHoldError],
      [() => credits.refund({ entryId: unknown, ...by }, { tx }), UnknownEntryError],
      [() => credits.refund({ entryId, credits: 11, ...by }, { tx }), RefundExceedsChargeError],
      [() => credits.grant({ userId, credits: largest, ...by }, { tx }), InvalidCreditsInputError],
      [() => credits.charge({ userId, action, credits: -1 }, { tx }), InvalidCreditsInputError],
    ];
    for (const [call, kind] of refusals) await expect(call()).rejects.toThrow(kind);
    await order(tx, userId);
  });
  expect(await isOrdered(userId)).toBe(true);
  expect(await credits.balance(userId)).toMatchObject({ balance: 90, held: 20, version: 5 });
  expect(await entries()).toEqual(before);
  await open.check();
});
