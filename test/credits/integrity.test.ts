import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkIntegrity, type IntegrityReport } from '../../src/credits/integrity.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { TRIGGERS_OFF } from '../support/ledger-hand.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const action = 'audio_upload';

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

/** Versions: 1 grant, 2 charge, 3 refund, 4 hold, 5 its capture, 6 hold that stays. */
async function liveALittle(userId: string): Promise<void> {
  const { credits } = open;
  await credits.grant({ userId, credits: 100, reason: 'to live on', actor: 'test' });
  const { entryId } = await credits.charge({ userId, action, credits: 10 });
  await credits.refund({ entryId, credits: 4, reason: 'to live on', actor: 'test' });
  const { id: holdId } = await credits.hold({ userId, action, credits: 5 });
  await credits.capture({ holdId });
  await credits.hold({ userId, action, credits: 3 });
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
  expect(report).toEqual({ ok: true, wallets: 3, entries: 12, differences: [] });
});

describe('an edit with the triggers off is found, and the wallet named:', () => {
  const of = `WHERE user_id = 'mallory'`;

  test.each([
    [
      'a balance out of nothing',
      `UPDATE credits.wallets SET balance = 500 ${of}`,
      'balance_is_sum_of_entries',
    ],
    [
      'an amount',
      `UPDATE credits.entries SET amount = -1 ${of} AND version = 2`,
      'balance_is_sum_of_entries',
    ],
    ['a deleted entry', `DELETE FROM credits.entries ${of} AND version = 2`, 'versions_without_gap'],
    [
      'a balance after',
      `UPDATE credits.entries SET balance_after = 91 ${of} AND version = 2`,
      'broken_balance_chain',
    ],
    ['a kind', `UPDATE credits.entries SET kind = 'gift' ${of} AND version = 2`, 'unsound_entries'],
    [
      'a charge said to be a grant',
      `UPDATE credits.entries SET kind = 'grant' ${of} AND version = 2`,
      'unsound_entries',
    ],
    [
      'a refund of nothing',
      `UPDATE credits.entries SET reverses = NULL ${of} AND version = 3`,
      'unsound_entries',
    ],
    [
      'more held after than owned',
      `UPDATE credits.entries SET held_after = 500 ${of} AND version = 2`,
      'unsound_entries',
    ],
    [
      'a key without its input',
      `UPDATE credits.entries SET key = 'k' ${of} AND version = 2`,
      'unsound_entries',
    ],
    [
      'less than nothing held',
      `UPDATE credits.holds SET amount = -3 ${of} AND state = 'held'`,
      'unsound_holds',
    ],
    ['a state', `UPDATE credits.holds SET state = 'lost' ${of} AND state = 'captured'`, 'unsound_holds'],
    [
      'a running hold resolved',
      `UPDATE credits.holds SET resolved_at = now() ${of} AND state = 'held'`,
      'unsound_holds',
    ],
    [
      'a capture at no version',
      `UPDATE credits.holds SET resolved_version = NULL ${of} AND state = 'captured'`,
      'unsound_holds',
    ],
    [
      'an input without its key',
      `UPDATE credits.holds SET fingerprint = 'f' ${of} AND state = 'held'`,
      'unsound_holds',
    ],
    ['a held sum', `UPDATE credits.wallets SET held = 0 ${of}`, 'held_is_sum_of_holds'],
    ['a hold', `UPDATE credits.holds SET amount = 4 ${of} AND state = 'held'`, 'held_is_sum_of_holds'],
    [
      'more held than owned',
      `ALTER TABLE credits.wallets DROP CONSTRAINT wallets_held_within_balance;
       UPDATE credits.wallets SET held = 500 ${of}`,
      'held_within_balance',
    ],
    ['a layer', `UPDATE credits.grant_layers SET height = 1 ${of}`, 'balance_is_sum_of_grants'],
    ['an epoch', `UPDATE credits.wallets SET epoch = 7 ${of}`, 'balance_is_sum_of_grants'],
    ['a version', `UPDATE credits.wallets SET version = 7 ${of}`, 'versions_without_gap'],
    ['a deleted hold', `DELETE FROM credits.holds ${of} AND state = 'held'`, 'versions_without_gap'],
    ['a later version', `UPDATE credits.entries SET version = 60 ${of} AND version = 2`, 'newest_version'],
    [
      'a refunded sum',
      `UPDATE credits.refunds SET refunded = 1 ${of}`,
      expect.stringMatching(/^refunds_of_/),
    ],
    [
      'a capture without its charge',
      `UPDATE credits.entries SET hold_id = NULL ${of}`,
      expect.stringMatching(/^entry_of_captured_hold_/),
    ],
    [
      'a hold said to be captured',
      `UPDATE credits.holds SET state = 'captured', resolved_at = now(), resolved_version = 6
        ${of} AND state = 'held'`,
      expect.stringMatching(/^entry_of_captured_hold_/),
    ],
  ])('%s', async (_, edit, check) => {
    const { ok, differences } = await reportAfter(edit);
    expect(ok).toBe(false);
    expect(differences).toContainEqual(expect.objectContaining({ userId: 'mallory', check }));
    expect(new Set(differences.map(({ userId }) => userId))).toEqual(new Set(['mallory']));
    expect(differences.every(({ expected, actual }) => expected !== actual)).toBe(true);
  });

  // These two are known gaps of the check: turn them into plain cases above once it finds them.
  test.each([
    ['a deleted refund sum', `DELETE FROM credits.refunds ${of}`],
    ['a deleted wallet', `DELETE FROM credits.wallets ${of}`],
  ])('%s', async (_, edit) => {
    expect((await reportAfter(edit)).differences).toContainEqual(
      expect.objectContaining({ userId: 'mallory' }),
    );
  });
});
