import { describe, expect, jest, test } from '@jest/globals';
import { until } from '../support/until.js';
import { end, startCommand } from './child.js';
import { answerOf, openCommandLine } from './command-line.js';

// The commands run in a process apart, and a busy machine takes seconds to load the product there.
jest.setTimeout(120_000);

const line = openCommandLine();
const { credits, balances } = line;

describe('npm run credits -- import', () => {
  test('takes over balances once, opens wallets, and says what came in', async () => {
    const file = await balances(
      'old.csv',
      'User_ID, name ,Credits',
      'u1,"Ann, A.",100',
      'u2,,0',
      '',
      '"u ""3""",,7',
    );
    const report = { name: 'old.csv', imported: 2, importedBefore: 0, empty: 1, refused: [] };
    expect(answerOf(await credits('import', file, '--json'))).toEqual(report);
    expect(answerOf(await credits('import', file, '--json'))).toEqual({
      ...report,
      imported: 0,
      importedBefore: 2,
    });
    expect(await line.open.credits.balance('u1')).toMatchObject({ balance: 100 });
    const { data } = await line.open.credits.history('u "3"');
    expect(data).toMatchObject([{ kind: 'grant', amount: 7, reason: 'imported: old.csv' }]);
  });

  test('takes the column with our own name, wherever it stands and whatever else could be meant', async () => {
    const file = await balances('export.csv', 'id,amount,USER_ID,user,credits', '1,9,exact,w5,500');
    expect(answerOf(await credits('import', file, '--json'))).toMatchObject({ imported: 1 });
    expect(await line.open.credits.balance('exact')).toMatchObject({ balance: 500 });
    for (const userId of ['1', 'w5'])
      expect(await line.open.credits.balance(userId)).toMatchObject({ version: 0 });
  });

  test('takes each of 10,000 balances over once, killed in between and done again', async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => `many-${n},${(n % 9) + 1}`);
    const file = await balances('many.csv', 'user_id,credits', ...lines);
    const entries = async () =>
      (
        await line.open.dataSource.query(
          `SELECT count(*)::int AS entries, count(DISTINCT user_id)::int AS users, sum(amount)::int AS credits
             FROM credits.entries WHERE reason = 'imported: many.csv'`,
        )
      )[0] as { entries: number };
    const { child, result } = startCommand(line.place, ['import', file, '--yes']);
    await until(async () => (await entries()).entries > 0, 30_000);
    await end(child, 'SIGKILL');
    await result;
    const { entries: before } = await entries();
    expect(before).toBeLessThan(10_000);

    const again = answerOf(await credits('import', file, '--yes', '--json'));
    expect(again.imported + again.importedBefore).toBe(10_000);
    expect(again.importedBefore).toBeGreaterThanOrEqual(before);
    expect(answerOf(await credits('import', file, '--yes', '--json'))).toMatchObject({
      importedBefore: 10_000,
    });
    const sum = lines.reduce((total, line) => total + Number(line.split(',')[1]), 0);
    expect(await entries()).toEqual({ entries: 10_000, users: 10_000, credits: sum });
  });

  test('counts one balance in the singular', async () => {
    const file = await balances('one.csv', 'user_id,credits', 'only-one,5');
    expect((await credits('import', file, '--yes')).out).toBe(
      'import one.csv: 1 balance came in, 0 had come in before, 0 of 0 left out\n',
    );
  });

  test('names a balance that came in before with another amount, and takes the others', async () => {
    await credits('import', await balances('changed.csv', 'user_id,credits', 'c1,5', 'c2,6'));
    const file = await balances('changed.csv', 'user_id,credits', 'c1,5', 'c2,60', 'c3,7');
    const { code, out } = await credits('import', file, '--json');
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      { imported: 1, importedBefore: 1, refused: [{ line: 3, userId: 'c2' }] },
    ]);
    expect(await line.open.credits.balance('c2')).toMatchObject({ balance: 6 });
  });

  test('imports nothing of a file that is wrong anywhere, and names each line', async () => {
    const file = await balances(
      'bad.csv',
      'user_id,credits',
      'good,5',
      'minus,-5',
      ',5',
      'half,1.5',
      'none',
      '"in two',
      'lines",1e3',
      'good,6',
      'huge,9007199254740992',
    );
    const { code, out, err } = await credits('import', file);
    expect([code, out]).toEqual([65, '']);
    const number = 'the credits must be a whole number from 0 to 2^53-1';
    const name = 'the user id must have 1 to 255 characters, none of them a control character';
    expect(err.trim().split('\n')).toEqual([
      `line 3: ${number}`,
      `line 4: ${name}`,
      `line 5: ${number}`,
      `line 6: ${number}`,
      `line 8: ${name}`,
      'line 9: good stands on line 2 already',
      `line 10: ${number}`,
      'Nothing was imported.',
    ]);
    expect(await line.open.credits.balance('good')).toMatchObject({ version: 0 });
  });

  test.each([
    ['an empty file', [], /line 1: the file is empty/],
    ['a file without a header', ['u1,5'], /line 1: the header must name the column user_id\n.*credits\n/],
    [
      'two columns that could be the user',
      ['id,user,credits', '1,w1,5'],
      /line 1: "id" and "user" could each/,
    ],
    ['two columns that could be the credits', ['user_id,amount,Balance', 'w2,9,5'], /"amount" and "Balance"/],
    ['our own name twice', ['user_id,credits,user_id', 'w3,5,w4'], /"user_id" and "user_id" could each/],
    ['a file with a quote that never ends', ['user_id,credits', 'a,1', '"b,2'], /line \d: Quote Not Closed/],
  ])('refuses %s', async (_, lines, why) => {
    const { code, err } = await credits('import', await balances('wrong.csv', ...lines));
    expect(code).toBe(65);
    expect(err).toMatch(why);
  });
});
