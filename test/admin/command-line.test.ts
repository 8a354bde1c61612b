import { describe, expect, jest, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { HISTORY_HEADER } from '../support/history-header.js';
import { withTriggersOff } from '../support/ledger-hand.js';
import { runCommand, startCommand } from './child.js';
import { answerOf, openCommandLine } from './command-line.js';

// The commands run in a process apart, and a busy machine takes seconds to load the product there.
jest.setTimeout(120_000);

const line = openCommandLine();
const { credits } = line;

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
    const { entryId } = await line.open.credits.charge({ userId: 'alice', action: 'docx_processing' });
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
    const { child, result } = startCommand(line.place, ['--help']);
    child.stdout!.destroy();
    expect(await result).toMatchObject({ code: 0, err: '' });
  });

  test('goes on through long lists by the cursor it names, and says what is wrong with a page', async () => {
    const userId = 'walked';
    for (const amount of [1, 2, 3]) {
      await line.open.credits.grant({ userId, credits: amount, reason: 'bought', actor: 'shop' });
    }
    const { out } = await credits('entries', userId, '--limit', '2');
    const [, cursor = ''] = /more with --cursor (\S+)/.exec(out) ?? [];
    const rest = answerOf(await credits('entries', userId, '--limit', '2', '--cursor', cursor, '--json'));
    expect(rest).toMatchObject({ data: [{ amount: 1 }], nextCursor: null });
    const given = answerOf(
      await credits('entries', userId, '--kind', 'grant', '--to', '2020-01-01T00:00:00Z', '--json'),
    );
    expect(given).toEqual({ data: [], nextCursor: null });
    expect(answerOf(await credits('entries', userId, '--kind', 'grant', '--json')).data).toHaveLength(3);
    expect(answerOf(await credits('entries', userId, '--action', 'txt_upload', '--json')).data).toEqual([]);
    expect(await credits('entries', userId, '--from', 'yesterday')).toMatchObject({
      code: 1,
      err: expect.stringContaining('from: must be an RFC 3339 time'),
    });
    expect(await credits('entries', 'nobody')).toMatchObject({
      code: 1,
      err: expect.stringContaining('not_found'),
    });
  });

  test('writes the entries of a wallet as CSV: all of them, with the columns of the HTTP route', async () => {
    const grant = (reason: string) =>
      line.open.credits.grant({ userId: 'booked', credits: 1, reason, actor: 'shop' });
    for (let times = 0; times < 250; times += 1) await grant('one');
    await grant('=1+1, "quoted"');
    const { code, out, err } = await credits('entries', 'booked', '--csv');
    expect([code, err]).toEqual([0, '']);
    const rows = parse<Record<string, string>>(out, { columns: true });
    expect(Object.keys(rows[0]!).join(',')).toBe(HISTORY_HEADER);
    expect([rows.length, rows[0]]).toEqual([
      251,
      expect.objectContaining({ reason: `'=1+1, "quoted"`, actor: 'shop', balanceAfter: '251' }),
    ]);
    expect((await credits('entries', 'booked', '--csv', '--limit', '2')).out.split('\r\n')).toHaveLength(4);
    expect((await credits('entries', 'booked', '--csv', '--kind', 'charge')).out).toBe(
      `${HISTORY_HEADER}\r\n`,
    );
    expect(await credits('entries', 'booked', '--csv', '--json')).toMatchObject({ code: 64, out: '' });
    expect(await credits('entries', 'nobody', '--csv')).toMatchObject({ code: 1, out: '' });
  });

  test('says which version it is', async () => {
    expect(await credits('--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  test('does under one key what it is told once', async () => {
    const grant = () => credits('grant', 'keyed', '5', '--reason', 'bought', '--key', 'payment-17');
    expect((await grant()).out).toContain('grant of 5 credits done');
    expect(await grant()).toMatchObject({ code: 0, out: expect.stringContaining('was done before') });
    expect(await line.open.credits.balance('keyed')).toMatchObject({ balance: 5 });
  });

  test('gives to everybody, once, and reports', async () => {
    const gift = () => credits('gift', 'spring', '2', '--reason', 'spring', '--user', 'ann', 'ben', '--json');
    for (const _ of [1, 2]) {
      expect(answerOf(await gift())).toMatchObject({ state: 'done', wallets: 2, done: 2 });
    }
    expect(await line.open.credits.balance('ann')).toMatchObject({ balance: 2 });
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
    expect(await line.open.credits.balance('rich')).toMatchObject({ version: 0 });
    expect((await credits(...large, '--yes')).code).toBe(0);
  });

  test.each<[string[], number, RegExp]>([
    [[], 64, /Usage/],
    [['wallets', '--limit', '0'], 64, /from 1 to 200/],
    [['entries', 'alice', '--limit', '1000'], 64, /from 1 to 200/],
    [['entries', 'alice', '--kind', 'gift'], 64, /Allowed choices are grant/],
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
    [['refund', 'zzz', '--reason', 'x'], 64, /'entryId'. It must be an id/],
    [['clawback', '5', '5', '--reason', 'x'], 64, /'entryId'. It must be an id/],
    [['explain', 'alice'], 64, /'entryId'. It must be an id/],
    [['end-allowance', 'zzz'], 64, /'id'. It must be an id/],
    [['resend', 'zzz'], 64, /'eventId'. It must be an id/],
    [['events', 'resend', 'zzz'], 64, /'eventId'. It must be an id/],
    [['refund-purchase', 'zzz', '--unused', '--reason', 'x'], 64, /'purchaseId'. It must be an id/],
    [['look', 'zzz'], 64, /'purchaseId'. It must be an id/],
    [['show', 'nobody'], 1, /not_found/],
    [['gift', 'a b', '1', '--reason', 'x'], 1, /validation_failed: key/],
    [['erase', 'alice', '--reason', 'x'], 64, /--yes/],
    [['import', '/nowhere.csv'], 65, /cannot be read \(ENOENT\)/],
  ])('%j ends with %i, says why in one line and does nothing', async (args, code, why) => {
    const before = await line.open.credits.history('alice');
    const result = await credits(...args);
    expect([result.code, result.out]).toEqual([code, '']);
    expect(result.err).toMatch(why);
    expect(result.err).not.toMatch(/ at .*\.js:\d/);
    expect(await line.open.credits.history('alice')).toEqual(before);
  });

  test.each<[string[], object]>([
    [['grant', 'alice', '5'], { code: 'usage', exitCode: 64, detail: expect.stringContaining('--reason') }],
    [['pay', 'alice'], { code: 'usage', exitCode: 64, detail: expect.stringContaining('unknown command') }],
    [['erase', 'alice', '--reason', 'x'], { code: 'usage', exitCode: 64 }],
    [['import', '/nowhere.csv'], { code: 'data', exitCode: 65, detail: expect.stringContaining('ENOENT') }],
    [
      ['look', 'zzz'],
      { code: 'usage', exitCode: 64, detail: expect.stringMatching(/^[^\n]* It must be an id[^\n]*$/) },
    ],
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
    expect(await runCommand({ ...line.place, databaseUrl: 'nonsense' }, 'show', 'alice')).toMatchObject({
      code: 78,
      err: expect.stringContaining('DATABASE_URL'),
    });
  });
});

describe('npm run integrity', () => {
  test('ends with 0 while the books agree, and with 1 and the wallet’s name when they do not', async () => {
    await line.open.credits.grant({ userId: 'cooked', credits: 5, reason: 'x', actor: 'test' });
    expect(answerOf(await credits('integrity', '--json'))).toMatchObject({ ok: true, differences: [] });
    const edit = (sql: string) => line.open.dataSource.query(withTriggersOff(sql));
    await edit(`UPDATE credits.wallets SET balance = 6 WHERE user_id = 'cooked'`);
    const found = await credits('integrity');
    await edit(`UPDATE credits.wallets SET balance = 5 WHERE user_id = 'cooked'`);
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/2 differences/);
    expect(found.out).toMatch(/cooked +balance_is_sum_of_entries +5 +6/);
  });
});
