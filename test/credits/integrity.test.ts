import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkIntegrity, type IntegrityReport } from '../../src/credits/reads/integrity.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { TRIGGERS_OFF } from '../support/ledger-hand.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const action = 'audio_upload';
/** An owner can do without the check as well. */
const UNCHECKED = 'ALTER TABLE credits.wallets DROP CONSTRAINT wallets_held_within_balance';

let database: TestDatabase;
let open: OpenCredits;

beforeAll(async () => {
  database = await createTestDatabase();
  open = await openCredits(database.url);
  for (const userId of ['alice', 'mallory', 'zoe']) await liveALittle(userId);
});

afterAll(async () => {
  await open.close();
  await database.drop();
});

/** Versions: 1 grant, 2 charge, 3 refund, 4 hold, 5 its capture, 6 hold, 7 its release, 8 hold that stays. */
async function liveALittle(userId: string): Promise<void> {
  const { credits } = open;
  await credits.grant({ userId, credits: 100, reason: 'to live on', actor: 'test' });
  const { entryId } = await credits.charge({ userId, action, credits: 10 });
  await credits.refund({ entryId, credits: 4, reason: 'to live on', actor: 'test' });
  const { id: holdId } = await credits.hold({ userId, action, credits: 5 });
  await credits.capture({ holdId });
  await credits.release({ holdId: (await credits.hold({ userId, action, credits: 2 })).id });
  await credits.hold({ userId, action, credits: 3 });
  await haveItTakenBack(userId);
}

/** Versions: 9 grant, 10 clawback of it and of all else that is free, 11 gift, 12 which pays some of the debt, 13 restore. */
async function haveItTakenBack(userId: string): Promise<void> {
  const { credits } = open;
  const { entryId } = await credits.grant({ userId, credits: 200, reason: 'bought', actor: 'test' });
  const { available } = await credits.balance(userId);
  await credits.charge({ userId, action, credits: available - 5 });
  await credits.clawback({ entryId, credits: 40, reason: 'money back', actor: 'test' });
  await credits.grant({ userId, credits: 15, reason: 'a gift', actor: 'test' });
  await credits.restore({ entryId, credits: 10, reason: 'dispute won', actor: 'test' });
}

/** What the check says after an owner's edit with the triggers off; the edit is undone afterwards. */
async function reportAfter(edit: string): Promise<IntegrityReport> {
  const owner = open.dataSource.createQueryRunner();
  await owner.startTransaction();
  try {
    await owner.query(TRIGGERS_OFF);
    await owner.query(edit);
    return await checkIntegrity((sql, values) => owner.query(sql, values));
  } finally {
    await owner.rollbackTransaction();
    await owner.release();
  }
}

test('untouched books are in order', async () => {
  const report = await checkIntegrity((sql, values) => open.dataSource.query(sql, values), { pageSize: 1 });
  expect(report).toEqual({ ok: true, wallets: 3, entries: 30, differences: [] });
});

describe('an edit with the triggers off is found, and the wallet named:', () => {
  const of = `WHERE user_id = 'mallory'`;
  const its = `WHERE wallet = (SELECT number FROM credits.wallets ${of})`;

  test.each([
    [
      'a balance out of nothing',
      `${UNCHECKED}; UPDATE credits.wallets SET balance = 500 ${of}`,
      'balance_is_sum_of_entries',
    ],
    [
      'an amount',
      `UPDATE credits.ledger_entries SET amount = -1 ${its} AND version = 2`,
      'balance_is_sum_of_entries',
    ],
    ['a deleted entry', `DELETE FROM credits.ledger_entries ${its} AND version = 2`, 'versions_without_gap'],
    [
      'a balance after',
      `UPDATE credits.ledger_entries SET balance_after = 91 ${its} AND version = 2`,
      'broken_balance_chain',
    ],
    ['a kind', `UPDATE credits.ledger_entries SET kind = 'gift' ${its} AND version = 2`, 'unsound_entries'],
    [
      'a charge said to be a grant',
      `UPDATE credits.ledger_entries SET kind = 'grant' ${its} AND version = 2`,
      'unsound_entries',
    ],
    [
      'a refund of nothing',
      `UPDATE credits.ledger_entries SET reverses = NULL ${its} AND version = 3`,
      'unsound_entries',
    ],
    [
      'more held after than owned',
      `UPDATE credits.ledger_entries SET held_after = 500 ${its} AND version = 2`,
      'unsound_entries',
    ],
    [
      'a key without its input',
      `UPDATE credits.ledger_entries SET key = '\\xff' ${its} AND version = 2`,
      'unsound_entries',
    ],
    ['less than nothing held', `UPDATE credits.running_holds SET amount = -3 ${its}`, 'unsound_holds'],
    [
      'a release before its hold',
      `UPDATE credits.ended_holds SET resolved_version = created_version ${its}`,
      'unsound_holds',
    ],
    [
      'a capture of more than was held',
      `UPDATE credits.ledger_entries SET hold_amount = 4 ${its} AND hold_amount IS NOT NULL`,
      'unsound_entries',
    ],
    [
      'a capture of half a hold',
      `UPDATE credits.ledger_entries SET hold_created_at = NULL ${its} AND hold_amount IS NOT NULL`,
      'unsound_entries',
    ],
    [
      'an input without its key',
      `UPDATE credits.running_holds SET fingerprint = '\\xff' ${its}`,
      'unsound_holds',
    ],
    ['a held sum', `${UNCHECKED}; UPDATE credits.wallets SET held = 0 ${of}`, 'held_is_sum_of_holds'],
    ['a hold', `UPDATE credits.running_holds SET amount = 4 ${its}`, 'held_is_sum_of_holds'],
    [
      'more held than owned',
      `${UNCHECKED}; UPDATE credits.wallets SET held = 500 ${of}`,
      'held_within_balance',
    ],
    ['a layer', `UPDATE credits.grant_layers SET height = 1 ${its}`, 'balance_is_sum_of_grants'],
    ['an epoch', `UPDATE credits.wallets SET epoch = 0 ${of}`, 'newest_epoch'],
    ['a debt', `UPDATE credits.wallets SET owed = 0 ${of}`, 'owed_is_what_entries_left'],
    [
      'a debt out of nothing',
      `UPDATE credits.wallets SET owed = owed + 1 ${of}`,
      'owed_is_what_entries_left',
    ],
    [
      'credits available while owing',
      `${UNCHECKED}; UPDATE credits.wallets SET balance = balance + 1 ${of}`,
      'nothing_available_while_owing',
    ],
    [
      'what a clawback left owed',
      `UPDATE credits.ledger_entries SET owed_after = owed_after - 1 ${its} AND kind = 'clawback' AND reverses IS NOT NULL`,
      'unsound_entries',
    ],
    [
      'a debt that nobody made',
      `UPDATE credits.ledger_entries SET owed_after = 1 ${its} AND kind = 'grant'`,
      'unsound_entries',
    ],
    [
      'a clawback said to be a payment of what is owed',
      `UPDATE credits.ledger_entries SET reverses = NULL ${its} AND kind = 'clawback'`,
      'unsound_entries',
    ],
    [
      'a sum taken back',
      `UPDATE credits.clawbacks SET taken_back = 29 ${its}`,
      expect.stringMatching(/^clawbacks_of_/),
    ],
    ['a version', `UPDATE credits.wallets SET version = 7 ${of}`, 'versions_without_gap'],
    ['a deleted hold', `DELETE FROM credits.running_holds ${its}`, 'versions_without_gap'],
    [
      'a later version',
      `UPDATE credits.ledger_entries SET version = 60 ${its} AND version = 2`,
      'newest_version',
    ],
    [
      'a refunded sum',
      `UPDATE credits.refunds SET refunded = 1 ${its}`,
      expect.stringMatching(/^refunds_of_/),
    ],
    [
      'a hold of a charge that captured none',
      `UPDATE credits.ledger_entries SET hold_amount = 10, hold_version = 1, hold_created_at = now(),
              hold_expires_at = now() ${its} AND version = 2`,
      'versions_without_gap',
    ],
  ])('%s', async (_, edit, check) => {
    const { ok, differences } = await reportAfter(edit);
    expect(ok).toBe(false);
    expect(differences).toContainEqual(expect.objectContaining({ userId: 'mallory', check }));
    expect(new Set(differences.map(({ userId }) => userId))).toEqual(new Set(['mallory']));
    expect(differences.every(({ expected, actual }) => expected !== actual)).toBe(true);
  });

  test.each(['refunds', 'clawbacks'])('a deleted sum of %s', async (sums) => {
    const { differences } = await reportAfter(`DELETE FROM credits.${sums} ${its}`);
    expect(differences).toContainEqual(expect.objectContaining({ userId: 'mallory' }));
  });

  test('a deleted wallet, by its number, for its name went with it', async () => {
    const { differences } = await reportAfter(`DELETE FROM credits.wallets ${of}`);
    expect(differences).toEqual([{ userId: '#2', check: 'wallet_is_there', expected: '1', actual: '0' }]);
  });
});
