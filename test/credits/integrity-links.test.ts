import { describe, expect, test } from '@jest/globals';
import { its, reportAfter } from './damaged-books.js';

const entry = (version: number) => `${its} AND version = ${version}`;
describe('one column of a row that another row tells against is found:', () => {
  test.each([
    ['refunds', `SET charged = charged + 1 ${its}`, expect.stringMatching(/^charge_of_/)],
    ['clawbacks', `SET granted = granted + 1 ${its}`, expect.stringMatching(/^grant_of_/)],
    ['grant_terms', `SET created_at = created_at - interval '1 day' ${its}`, 'grants_unlike_their_entries'],
    ['grant_terms', `SET version = version + 1 ${entry(1)}`, 'grants_unlike_their_entries'],
    ['grant_terms', `SET reason = NULL ${its}`, 'grants_unlike_their_entries'],
    ['grant_terms', `SET actor = NULL ${its}`, 'grants_unlike_their_entries'],
    [
      'ledger_entries',
      `SET created_at = created_at - interval '1 day' ${entry(1)}`,
      'grants_unlike_their_entries',
    ],
    ['ledger_entries', `SET action = 'docx_processing' ${entry(3)}`, 'entries_about_nothing'],
    ['ledger_entries', `SET grant_id = gen_random_uuid() ${entry(11)}`, 'entries_about_nothing'],
    [
      'ledger_entries',
      `SET kind = 'expiry', action = NULL, grant_id = gen_random_uuid() ${entry(2)}`,
      'entries_about_nothing',
    ],
    ['ledger_entries', `SET reason = 1 ${entry(2)}`, 'unsound_entries'],
    ['ledger_entries', `SET price_version = 'x' ${entry(1)}`, 'unsound_entries'],
    ['ledger_entries', `SET grant_id = gen_random_uuid() ${entry(13)}`, 'unsound_entries'],
  ])('%s %s', async (table, edit, check) => {
    const { differences } = await reportAfter(`UPDATE credits.${table} ${edit}`);
    expect(differences).toContainEqual(expect.objectContaining({ userId: 'mallory', check }));
    expect(new Set(differences.map(({ userId }) => userId))).toEqual(new Set(['mallory']));
  });
});
