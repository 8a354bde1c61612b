import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { withTriggersOff } from '../support/ledger-hand.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { end, runCommand, startCommand, type Place } from './child.js';

// Each command is a process of its own, and a busy machine takes seconds to start one.
jest.setTimeout(120_000);

const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-cli-'));
let database: TestDatabase;
let open: OpenCredits;
let place: Place;

beforeAll(async () => {
  database = await createTestDatabase();
  open = await openCredits(database.url);
  place = { databaseUrl: database.url, dataDir };
});
afterAll(async () => {
  await open.check();
  await open.close();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

const credits = (...args: string[]) => runCommand(place, ...args);
const answerOf = ({ out }: { out: string }) => JSON.parse(out);

async function balances(name: string, ...lines: string[]): Promise<string> {
  const file = join(dataDir, name);
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

describe('npm run credits', () => {
  test('gives, corrects, refunds and shows, with who did it and why in the entries', async () => {
    const granted = await credits('grant', 'alice', '20', '--reason', 'welcome', '--priority', '3', '--json');
    expect([granted.code, granted.err]).toEqual([0, '']);
    expect(answerOf(granted)).toMatchObject({
      entry: { kind: 'grant', amount: 20, reason: 'welcome', actor: expect.stringMatching(/^cli/) },
      grant: { priority: 3 },
      wallet: { userId: 'alice', balance: 20 },
    });
    expect(await credits('adjust', 'alice', '-4', '--reason', 'miscounted')).toMatchObject({
      code: 0,
      out: expect.stringContaining('alice has 16 credits available'),
    });
    const { entryId } = await open.credits.charge({ userId: 'alice', action: 'docx_processing' });
    expect(answerOf(await credits('refund', entryId, '2', '--reason', 'complaint', '--json'))).toMatchObject({
      entry: { kind: 'refund', amount: 2, reverses: entryId },
    });
    const { out } = await credits('show', 'alice');
    expect(out).toMatch(/alice +13 +0 +13 +0 +4/);
    expect(out).toContain('docx_processing');
    expect(answerOf(await credits('show', 'alice', '--json')).entries).toHaveLength(4);
    expect(answerOf(await credits('wallets', 'ALI', '--json')).data).toMatchObject([{ userId: 'alice' }]);
  });

  test('minds nothing when whoever reads its answer has heard enough', async () => {
    const { child, result } = startCommand(place, ['--help']);
    child.stdout!.destroy();
    expect(await result).toMatchObject({ code: 0, err: '' });
  });

  test('goes on through long lists by the cursor it names, and says what is wrong with a page', async () => {
    const userId = 'walked';
    for (const amount of [1, 2, 3]) {
      await open.credits.grant({ userId, credits: amount, reason: 'bought', actor: 'shop' });
    }
    const { out } = await credits('entries', userId, '--limit', '2');
    const [, cursor = ''] = /more with --cursor (\S+)/.exec(out) ?? [];
    const rest = answerOf(await credits('entries', userId, '--limit', '2', '--cursor', cursor, '--json'));
    expect(rest).toMatchObject({ data: [{ amount: 1 }], nextCursor: null });
    expect(await credits('wallets', '--limit', '0')).toMatchObject({
      code: 1,
      err: expect.stringContaining('validation_failed'),
    });
    expect(await credits('entries', 'nobody')).toMatchObject({
      code: 1,
      err: expect.stringContaining('not_found'),
    });
  });

  test('does under one key what it is told once', async () => {
    const grant = () => credits('grant', 'keyed', '5', '--reason', 'bought', '--key', 'payment-17');
    expect((await grant()).out).toContain('grant of 5 credits done');
    expect(await grant()).toMatchObject({ code: 0, out: expect.stringContaining('was done before') });
    expect(await open.credits.balance('keyed')).toMatchObject({ balance: 5 });
  });

  test('gives to everybody, once, and reports', async () => {
    const gift = () => credits('gift', 'spring', '2', '--reason', 'spring', '--user', 'ann', 'ben', '--json');
    for (const _ of [1, 2]) {
      expect(answerOf(await gift())).toMatchObject({ state: 'done', wallets: 2, done: 2 });
    }
    expect(await open.credits.balance('ann')).toMatchObject({ balance: 2 });
    expect((await credits('gift-report', 'spring')).out).toContain('2 of 2 wallets have it');
  });

  test('erases a person', async () => {
    await credits('grant', 'leaving', '5', '--reason', 'bought');
    const erased = answerOf(await credits('erase', 'leaving', '--reason', 'asked to', '--yes', '--json'));
    expect(erased).toMatchObject({ pseudonym: expect.stringMatching(/^erased:/), wallet: { balance: 5 } });
    expect((await credits('show', 'leaving')).code).toBe(1);
  });

  test('asks before it moves much, and does nothing where nobody answers', async () => {
    const large = ['grant', 'rich', '10000', '--reason', 'jackpot'];
    expect(await credits(...large)).toMatchObject({
      code: 64,
      out: '',
      err: expect.stringContaining('--yes'),
    });
    expect(await open.credits.balance('rich')).toMatchObject({ version: 0 });
    expect((await credits(...large, '--yes')).code).toBe(0);
  });

  test.each<[string[], number, RegExp]>([
    [[], 64, /Usage/],
    [['pay', 'alice'], 64, /unknown command/],
    [['grant', 'alice', '5'], 64, /--reason/],
    [['grant', 'alice', 'five', '--reason', 'x'], 64, /whole number/],
    [['grant', 'alice', '1.5', '--reason', 'x'], 64, /whole number/],
    [['grant', 'alice', '9007199254740992', '--reason', 'x'], 64, /whole number/],
    [['grant', 'alice', '0', '--reason', 'x'], 1, /validation_failed: amount/],
    [['grant', 'alice', '-5', '--reason', 'x'], 1, /validation_failed: amount/],
    [['grant', 'alice', '5', '--reason', ' '], 1, /validation_failed: reason/],
    [['grant', 'alice', '5', '--reason', 'x', '--category', 'free'], 64, /category/],
    [['grant', 'alice', '5', '--reason', 'x', '--expires', 'soon'], 1, /validation_failed: expiresAt/],
    [['adjust', 'nobody', '5', '--reason', 'x'], 1, /not_found/],
    [['adjust', 'alice', '-500', '--reason', 'x'], 1, /insufficient_credits/],
    [['refund', '018f0000-0000-7000-8000-000000000000', '--reason', 'x'], 1, /not_found/],
    [['show', 'nobody'], 1, /not_found/],
    [['gift', 'a b', '1', '--reason', 'x'], 1, /validation_failed: key/],
    [['erase', 'alice', '--reason', 'x'], 64, /--yes/],
    [['import', '/nowhere.csv'], 65, /cannot be read \(ENOENT\)/],
  ])('%j ends with %i, says why in one line and does nothing', async (args, code, why) => {
    const before = await open.credits.history('alice');
    const result = await credits(...args);
    expect([result.code, result.out]).toEqual([code, '']);
    expect(result.err).toMatch(why);
    expect(result.err).not.toMatch(/ at .*\.js:\d/);
    expect(await open.credits.history('alice')).toEqual(before);
  });

  test.each<[string[], object]>([
    [['grant', 'alice', '5'], { code: 'usage', exitCode: 64, detail: expect.stringContaining('--reason') }],
    [['pay', 'alice'], { code: 'usage', exitCode: 64, detail: expect.stringContaining('unknown command') }],
    [['erase', 'alice', '--reason', 'x'], { code: 'usage', exitCode: 64 }],
    [['import', '/nowhere.csv'], { code: 'data', exitCode: 65, detail: expect.stringContaining('ENOENT') }],
    [['show', 'nobody'], { code: 'not_found', status: 404, exitCode: 1 }],
    [
      ['adjust', 'alice', '-500', '--reason', 'x'],
      { code: 'insufficient_credits', shortfall: 487, exitCode: 1 },
    ],
  ])('%j with --json says in JSON why not', async (args, error) => {
    const { code, out, err } = await credits(...args, '--json');
    expect([code, out]).toEqual([JSON.parse(err).exitCode, '']);
    expect(JSON.parse(err)).toMatchObject(error);
  });

  test('says what is wrong with the configuration', async () => {
    expect(await runCommand({ ...place, databaseUrl: 'nonsense' }, 'show', 'alice')).toMatchObject({
      code: 78,
      err: expect.stringContaining('DATABASE_URL'),
    });
  });
});

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
    expect(await open.credits.balance('u1')).toMatchObject({ balance: 100 });
    const { data } = await open.credits.history('u "3"');
    expect(data).toMatchObject([{ kind: 'grant', amount: 7, reason: 'imported: old.csv' }]);
  });

  test('takes the column with our own name, wherever it stands and whatever else could be meant', async () => {
    const file = await balances('export.csv', 'id,amount,USER_ID,user,credits', '1,9,exact,w5,500');
    expect(answerOf(await credits('import', file, '--json'))).toMatchObject({ imported: 1 });
    expect(await open.credits.balance('exact')).toMatchObject({ balance: 500 });
    for (const userId of ['1', 'w5'])
      expect(await open.credits.balance(userId)).toMatchObject({ version: 0 });
  });

  test('takes each of 10,000 balances over once, killed in between and done again', async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => `many-${n},${(n % 9) + 1}`);
    const file = await balances('many.csv', 'user_id,credits', ...lines);
    const entries = async () =>
      (
        await open.dataSource.query(
          `SELECT count(*)::int AS entries, count(DISTINCT user_id)::int AS users, sum(amount)::int AS credits
             FROM credits.entries WHERE reason = 'imported: many.csv'`,
        )
      )[0] as { entries: number };
    const { child, result } = startCommand(place, ['import', file, '--yes']);
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

  test('names a balance that came in before with another amount, and takes the others', async () => {
    await credits('import', await balances('changed.csv', 'user_id,credits', 'c1,5', 'c2,6'));
    const file = await balances('changed.csv', 'user_id,credits', 'c1,5', 'c2,60', 'c3,7');
    const { code, out } = await credits('import', file, '--json');
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      { imported: 1, importedBefore: 1, refused: [{ line: 3, userId: 'c2' }] },
    ]);
    expect(await open.credits.balance('c2')).toMatchObject({ balance: 6 });
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
    expect(await open.credits.balance('good')).toMatchObject({ version: 0 });
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

describe('npm run integrity', () => {
  test('ends with 0 while the books agree, and with 1 and the wallet’s name when they do not', async () => {
    await open.credits.grant({ userId: 'cooked', credits: 5, reason: 'x', actor: 'test' });
    expect(answerOf(await credits('integrity', '--json'))).toMatchObject({ ok: true, differences: [] });
    const edit = (sql: string) => open.dataSource.query(withTriggersOff(sql));
    await edit(`UPDATE credits.wallets SET balance = 6 WHERE user_id = 'cooked'`);
    const found = await credits('integrity');
    await edit(`UPDATE credits.wallets SET balance = 5 WHERE user_id = 'cooked'`);
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/2 differences/);
    expect(found.out).toMatch(/cooked +balance_is_sum_of_entries +5 +6/);
  });
});
