import { describe, expect, test } from '@jest/globals';
import { checkIntegrity } from '../../src/credits/reads/integrity.js';
import { its, of, open, reportAfter } from './damaged-books.js';

/** An owner can do without the check as well. */
const UNCHECKED = 'ALTER TABLE credits.wallets DROP CONSTRAINT wallets_held_within_balance';

const ONE = '01890a5d-ac96-7bbb-8000-000000000001';
const ANOTHER = '01890a5d-ac96-7bbb-8000-000000000002';
const grantOf = (amount: number, id: string, origin = 'NULL') => `
  INSERT INTO credits.grant_terms (id, wallet, version, part, amount, category, priority, created_at, origin)
  SELECT '${id}', number, 60, ${amount}, ${amount}, 'paid', 50, now(), ${origin} FROM credits.wallets ${of}`;
const isLeftOf = (id: string) =>
  `UPDATE credits.grant_layers SET grant_id = '${id}' ${its} AND until > 60 AND height = 3`;

test('untouched books are in order', async () => {
  const report = await checkIntegrity((sql, values) => open.dataSource.query(sql, values), { pageSize: 1 });
  expect(report).toEqual({ ok: true, wallets: 3, entries: 30, differences: [] });
});

describe('an edit with the triggers off is found, and the wallet named:', () => {
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
    ['a release of less than nothing', `UPDATE credits.ended_holds SET amount = -2 ${its}`, 'unsound_holds'],
    ['the count of holds', `UPDATE credits.wallets SET active_holds = 2 ${of}`, 'active_holds'],
    ['a held sum', `${UNCHECKED}; UPDATE credits.wallets SET held = 0 ${of}`, 'held_is_sum_of_holds'],
    ['a hold', `UPDATE credits.running_holds SET amount = 4 ${its}`, 'held_is_sum_of_holds'],
    [
      'more held than owned',
      `${UNCHECKED}; UPDATE credits.wallets SET held = 500 ${of}`,
      'held_within_balance',
    ],
    [
      'less than nothing held in all',
      `${UNCHECKED}; UPDATE credits.wallets SET held = -1 ${of}`,
      'held_within_balance',
    ],
    ['a layer', `UPDATE credits.grant_layers SET height = 1 ${its}`, 'balance_is_sum_of_grants'],
    [
      'the terms of the only grant',
      `DELETE FROM credits.grant_layers ${its} AND height = 3; DELETE FROM credits.grant_terms ${its}`,
      'balance_is_sum_of_grants',
    ],
    [
      'a layer below nothing',
      `ALTER TABLE credits.grant_layers DROP CONSTRAINT grant_layers_shape;
       UPDATE credits.grant_layers SET height = CASE height WHEN 15 THEN -1 ELSE 15 END ${its} AND height IN (3, 15)`,
      'balance_is_sum_of_grants',
    ],
    [
      'more left of a grant than it was given',
      `${grantOf(2, ONE)}; ${isLeftOf(ONE)}`,
      'grants_above_their_amount',
    ],
    [
      'more left of what came of a grant than that was given',
      `${grantOf(2, ONE)}; ${grantOf(3, ANOTHER, `'${ONE}'`)}; ${isLeftOf(ANOTHER)}`,
      'grants_above_their_amount',
    ],
    ['an epoch', `UPDATE credits.wallets SET epoch = 0 ${of}`, 'newest_epoch'],
    [
      'an epoch in which a layer began',
      `UPDATE credits.grant_layers SET epoch = 6 ${its} AND height = 3`,
      'newest_epoch',
    ],
    [
      'an epoch in which a layer ended',
      `UPDATE credits.grant_layers SET until = 60 ${its} AND until = 4`,
      'newest_epoch',
    ],
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
    ['the hash of a name', `UPDATE credits.wallets SET name_hash = name_hash + 1 ${of}`, 'hash_of_name'],
    [
      'the amount of a grant',
      `UPDATE credits.grant_terms SET amount = amount + 1 ${its}`,
      'grants_unlike_their_entries',
    ],
    [
      'the grant of an entry',
      `UPDATE credits.ledger_entries SET grant_id = gen_random_uuid() ${its} AND version = 1`,
      'grants_unlike_their_entries',
    ],
    [
      'a grant that expires and a wallet that does not know',
      `UPDATE credits.grant_terms SET expires_at = now() + interval '1 day' ${its}`,
      'settled_too_late',
    ],
    [
      'a wallet that is looked at when its grant has long expired',
      `UPDATE credits.grant_terms SET expires_at = now() + interval '1 day' ${its};
       UPDATE credits.wallets SET due_at = now() + interval '1 year' ${of}`,
      'settled_too_late',
    ],
    [
      'a refill of which its wallet does not know',
      `ALTER TABLE credits.allowance_terms DISABLE TRIGGER USER;
       INSERT INTO credits.allowance_terms (wallet, id, credits, carry, anchor, next_at, created_at, months, refill_reason,
                                            category, plan, time_zone)
       SELECT number, gen_random_uuid(), 5, 0, now(), now(), now(), 1, 1, 'paid', 'pro', 'UTC' FROM credits.wallets ${of}`,
      'settled_too_late',
    ],
    [
      'a hold that nobody looks at any more',
      `UPDATE credits.wallets SET holds_due_at = NULL ${of}`,
      'holds_settled_too_late',
    ],
    [
      'a hold that is looked at long after it expired',
      `UPDATE credits.wallets SET holds_due_at = now() + interval '1 year' ${of}`,
      'holds_settled_too_late',
    ],
    ['a version', `UPDATE credits.wallets SET version = 7 ${of}`, 'versions_without_gap'],
    ['a deleted hold', `DELETE FROM credits.running_holds ${its}`, 'versions_without_gap'],
    [
      'a version that another entry should have',
      `UPDATE credits.ledger_entries SET version = 6 ${its} AND version = 2`,
      'sum_of_versions',
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

  test.each([
    ['version', 'ledger_entries', 'AND version = 2'],
    ['hold_version', 'ledger_entries', 'AND version = 5'],
    ['created_version', 'running_holds', ''],
    ['created_version', 'ended_holds', ''],
    ['resolved_version', 'ended_holds', ''],
  ])('a %s of %s that is still to come', async (version, table, which) => {
    const { differences } = await reportAfter(`UPDATE credits.${table} SET ${version} = 60 ${its} ${which}`);
    const newest = { userId: 'mallory', check: 'newest_version', expected: '60', actual: '14' };
    expect(differences).toContainEqual(newest);
  });

  test.each(['refunds', 'clawbacks'])('a deleted sum of %s', async (sums) => {
    const { differences } = await reportAfter(`DELETE FROM credits.${sums} ${its}`);
    expect(differences).toContainEqual(expect.objectContaining({ userId: 'mallory' }));
  });

  test.each([
    ['alice', '#1'],
    ['mallory', '#2'],
    ['zoe', '#3'],
  ])('a deleted wallet, by its number, for its name went with it: %s', async (user, userId) => {
    const edit = `DELETE FROM credits.wallets WHERE user_id = '${user}'`;
    for (const pageSize of [1, 2, 1_000]) {
      const { differences, wallets, entries } = await reportAfter(edit, { pageSize });
      expect(differences).toEqual([{ userId, check: 'wallet_is_there', expected: '1', actual: '0' }]);
      expect({ wallets, entries }).toEqual({ wallets: 2, entries: 20 });
    }
  });

  const LEAVING_TRACES = ['ledger_entries', 'running_holds', 'ended_holds', 'grant_layers', 'grant_terms'];
  test.each(LEAVING_TRACES)('a deleted wallet, by what is left of it in %s alone', async (left) => {
    const others = LEAVING_TRACES.filter((table) => table !== left);
    const edit = [...others.map((table) => `DELETE FROM credits.${table} ${its}`)].join('; ');
    const { differences } = await reportAfter(`${edit}; DELETE FROM credits.wallets ${of}`);
    expect(differences).toEqual([{ userId: '#2', check: 'wallet_is_there', expected: '1', actual: '0' }]);
  });

  test('a deleted wallet, by the holds of it that were let go', async () => {
    const edit = LEAVING_TRACES.map((table) => `DELETE FROM credits.${table} ${its}`).join('; ');
    const { differences } = await reportAfter(
      `${edit}; DELETE FROM credits.wallets ${of}; INSERT INTO credits.former_holds VALUES (2, 1, 3, 2)`,
    );
    expect(differences).toEqual([{ userId: '#2', check: 'wallet_is_there', expected: '1', actual: '0' }]);
  });

  test('another name, by its new one', async () => {
    const { differences } = await reportAfter(`UPDATE credits.wallets SET user_id = 'trudy' ${of}`);
    expect(differences).toEqual([expect.objectContaining({ userId: 'trudy', check: 'hash_of_name' })]);
  });

  test('wallets that belong to another group than that of the schema', async () => {
    const { differences } = await reportAfter(
      `INSERT INTO credits.placement (number, groups)
       SELECT (name_hash >> 22) & 1023, 1024 FROM credits.wallets WHERE user_id = 'alice'`,
    );
    const found = differences.map(({ userId, check }) => [userId, check]);
    expect(found.sort()).toEqual([
      ['mallory', 'number_of_group'],
      ['zoe', 'number_of_group'],
    ]);
  });

  test('grants of a number that no wallet ever has', async () => {
    const { differences } = await reportAfter(`UPDATE credits.grant_terms SET wallet = -4 ${its}`);
    expect(differences).toContainEqual(
      expect.objectContaining({ userId: 'mallory', check: 'grants_unlike_their_entries' }),
    );
    expect(differences.filter(({ userId }) => userId !== 'mallory')).toEqual([
      { userId: '#-4', check: 'wallet_is_there', expected: '1', actual: '0' },
    ]);
  });
});
