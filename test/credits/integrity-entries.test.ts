import { describe, expect, test } from '@jest/globals';
import { its, reportAfter } from './damaged-books.js';

describe('an entry that breaks one rule, and keeps every other, is unsound:', () => {
  const GRANT = 'grant_id = gen_random_uuid()';
  const HOLD = 'hold_amount = 1, hold_version = 0, hold_created_at = now(), hold_expires_at = now()';

  test.each([
    [2, 'a charge that gives', 'amount = 10'],
    [2, 'a charge that leaves a debt', 'owed_after = -10'],
    [3, 'a refund that takes', 'amount = -4'],
    [1, 'a grant of nothing', 'amount = 0'],
    [2, 'an adjustment by nothing', `kind = 'adjustment', amount = 0, action = NULL`],
    [3, 'an expiry that gives', `kind = 'expiry', action = NULL, reverses = NULL, ${GRANT}`],
    [2, 'a charge for nothing that has a name', 'action = NULL'],
    [2, 'a charge that gave a grant', GRANT],
    [2, 'a charge that reverses another', 'reverses = gen_random_uuid()'],
    [3, 'a refund of what has no name', 'action = NULL'],
    [3, 'a refund as a grant of its own', GRANT],
    [1, 'a grant without its terms', 'grant_id = NULL'],
    [1, 'a grant for an action', `action = 'audio_upload'`],
    [1, 'a grant that reverses something', 'reverses = gen_random_uuid()'],
    [1, 'an adjustment that gives without a grant', `kind = 'adjustment', grant_id = NULL`],
    [2, 'an adjustment that takes and gave a grant', `kind = 'adjustment', action = NULL, ${GRANT}`],
    [2, 'an expiry of no grant', `kind = 'expiry', action = NULL`],
    [2, 'less than nothing held', 'held_after = -1'],
    [1, 'a grant that captured a hold', HOLD],
    [5, 'a capture before its hold', 'hold_version = 5'],
    [14, 'less than no debt', 'owed_after = -1'],
    [14, 'a debt beside free credits', 'balance_after = 4'],
    [14, 'a restore that knows no debt', 'owed_after = NULL'],
    [14, 'a clawback that gives', `kind = 'clawback', amount = 1, owed_after = 31`],
    [14, 'a clawback of nothing', `kind = 'clawback', owed_after = 20`],
    [14, 'a clawback that lessens the debt', `kind = 'clawback', amount = -15, owed_after = 15`],
    [13, 'a payment of nothing', 'amount = 0, owed_after = 35'],
    [13, 'a payment of more than the debt went down by', 'owed_after = 21'],
    [14, 'a restore that takes', 'amount = -1, owed_after = 9'],
    [14, 'a restore of nothing', 'owed_after = 20'],
    [14, 'a restore that adds to the debt', 'amount = 15, owed_after = 25'],
  ])('version %i, %s', async (version, _, set) => {
    const { differences } = await reportAfter(
      `UPDATE credits.ledger_entries SET ${set} ${its} AND version = ${version}`,
    );
    const unsound = { userId: 'mallory', check: 'unsound_entries', expected: '0', actual: '1' };
    expect(differences).toContainEqual(unsound);
  });
});
