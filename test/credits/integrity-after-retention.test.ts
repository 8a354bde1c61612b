import { beforeAll, describe, expect, test } from '@jest/globals';
import { its, of, open, reportAfter } from './damaged-books.js';
import { TRIGGERS_OFF } from '../support/ledger-hand.js';

// Holds that came to nothing were let go: whatever is left is checked as ever.

const YEAR_AGO = `to_hex((extract(epoch FROM now() - interval '1 year') * 1000)::bigint)`;

beforeAll(async () => {
  const owner = open.dataSource.createQueryRunner();
  await owner.startTransaction();
  await owner.query(TRIGGERS_OFF);
  // Their ids are of that time, too.
  await owner.query(`
    UPDATE credits.ended_holds
       SET id = overlay(lpad(${YEAR_AGO}, 12, '0') || substr(id::text, 14) PLACING '-' FROM 9 FOR 0)::uuid,
           resolved_at = resolved_at - interval '1 year'`);
  await owner.commitTransaction();
  await owner.release();
  const forget = `SELECT credits.forget_holds(now() - interval '90 days', 100) AS forgotten`;
  expect(await open.dataSource.query(forget)).toEqual([{ forgotten: 3 }]);
});

test('books of which nothing else is gone are in order', async () => {
  expect(await reportAfter('SELECT')).toMatchObject({ ok: true, wallets: 3 });
});

describe('after that, an edit with the triggers off is found, and the wallet named:', () => {
  const entry = (change: string, version: number) =>
    `UPDATE credits.ledger_entries SET ${change} ${its} AND version = ${version}`;

  test.each([
    ['an amount', entry('amount = -1', 2), 'balance_is_sum_of_entries'],
    ['a balance after', entry('balance_after = 91', 2), 'broken_balance_chain'],
    ['a kind', entry(`kind = 'gift'`, 2), 'unsound_entries'],
    ['a deleted entry', `DELETE FROM credits.ledger_entries ${its} AND version = 2`, 'versions_without_gap'],
    [
      'a version instead of another',
      `UPDATE credits.ledger_entries SET version = 7 ${its} AND version = 2`,
      'sum_of_versions',
    ],
    [
      'a hold fewer that was let go',
      `UPDATE credits.former_holds SET holds = 0 ${its}`,
      'versions_without_gap',
    ],
    [
      'other holds that were let go',
      `UPDATE credits.former_holds SET versions = versions + 1 ${its}`,
      'sum_of_versions',
    ],
    ['one that is still to come', `UPDATE credits.former_holds SET newest = 60 ${its}`, 'newest_version'],
    ['a running hold', `DELETE FROM credits.running_holds ${its}`, 'held_is_sum_of_holds'],
    ['the count of holds', `UPDATE credits.wallets SET active_holds = 2 ${of}`, 'active_holds'],
  ])('%s', async (_, edit, check) => {
    const { ok, differences } = await reportAfter(edit);
    expect(ok).toBe(false);
    expect(differences).toContainEqual(expect.objectContaining({ userId: 'mallory', check }));
  });
});
