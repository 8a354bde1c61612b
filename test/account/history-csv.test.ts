import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { historyAsCsv, prefersCsv } from '../../src/credits-http/history-csv.js';
import { FIRST_COLUMNS, LATER_COLUMNS } from '../../src/credits-http/index.js';
import type { Entry } from '../../src/credits/index.js';
import { HISTORY_HEADER } from '../support/history-header.js';
import { onOwnDatabase } from '../support/own-database.js';
import { until } from '../support/until.js';
import { openShop } from './shop.js';

const CSV = { accept: 'text/csv' };

const COLUMNS = [...FIRST_COLUMNS, ...LATER_COLUMNS];

const [shop] = await onOwnDatabase(openShop);

test('the whole history comes as CSV, however many pages it takes', async () => {
  await shop.credits.grant({ userId: 'alice', credits: 1_000, reason: 'bought', actor: 'test' });
  const charges = Array.from({ length: 450 }, () =>
    shop.credits.charge({ userId: 'alice', action: 'txt_upload', credits: 1 }),
  );
  await Promise.all(charges);
  const { status, headers, text } = await shop.get('credits/history', 'alice', CSV);
  expect([status, headers.get('content-type')]).toEqual([
    200,
    expect.stringMatching(/^text\/csv; charset=utf-8/),
  ]);
  expect(headers.get('vary')).toMatch(/Accept/);
  const lines = text.split('\r\n');
  expect([lines[0], lines.at(-1), lines.length]).toEqual([HISTORY_HEADER, '', 453]);
  const versions = lines.slice(1, -1).map((line) => Number(line.split(',')[1]));
  expect(versions).toEqual(Array.from({ length: 451 }, (_, index) => 451 - index));
  expect(lines[1]).toMatch(/^[0-9a-f-]{36},451,charge,-1,550,txt_upload,,you,,,[0-9a-f]{12},[^,]+Z,0,,,,$/);
});

test('a filter and a limit hold for CSV, too', async () => {
  await shop.credits.grant({ userId: 'bob', credits: 9, reason: 'bought', actor: 'test' });
  for (let times = 0; times < 3; times += 1)
    await shop.credits.charge({ userId: 'bob', action: 'txt_upload' });
  const lines = async (query: string) =>
    (await shop.get(`credits/history?${query}`, 'bob', CSV)).text.split('\r\n').length - 2;
  expect([await lines('kind=grant'), await lines('limit=2')]).toEqual([1, 2]);
  const refused = await shop.get('credits/history?limit=0', 'bob', CSV);
  expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
});

test('nobody is handed CSV who takes JSON as well or anything', () => {
  const asked = ['text/csv', 'text/csv, */*;q=0.1', 'text/csv;q=0.9, application/json;q=0.5'];
  const notAsked = [undefined, '*/*', 'application/json', 'application/json, text/csv;q=0.5', 'text/csv;q=0'];
  expect([...asked, ...notAsked].map(prefersCsv)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('a text that a spreadsheet would run is only a text, and one with commas and lines stays one', async () => {
  const give = (reason: string) =>
    shop.credits.grant({ userId: 'carol', credits: 1, reason, actor: '@SUM(1)' });
  await give('=HYPERLINK("http://evil.example","free credits")');
  for (const reason of ['@SUM(1)', '+1', '-1', '\t=1', '＝1', 'a=1', 'a,b', 'say "hi"', 'two\nlines'])
    await give(reason);
  const { text } = await shop.get('credits/history', 'carol', CSV);
  const lines = parse<Record<string, string>>(text, { columns: true });
  expect(lines.map(({ reason }) => reason)).toEqual([
    'two\nlines',
    'say "hi"',
    'a,b',
    'a=1',
    "'＝1",
    "'\t=1",
    "'-1",
    "'+1",
    "'@SUM(1)",
    `'=HYPERLINK("http://evil.example","free credits")`,
  ]);
  expect(lines.at(-1)).toMatchObject({ actor: 'operator', amount: '1', refunded: '' });
});

test('a client that leaves in the middle ends the reading', async () => {
  let pages = 0;
  const csv = await historyAsCsv(
    async ({ limit }) => {
      pages += 1;
      const entry = { id: 'x'.repeat(1_000), version: pages } as Entry;
      return { data: Array.from({ length: limit! }, () => entry), nextCursor: `v${pages}` };
    },
    COLUMNS,
    {},
  );
  // Nobody takes a line: what is read is what fits into the buffers, of a history without an end.
  csv.read(0);
  await until(() => csv.readableLength >= csv.readableHighWaterMark);
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
  expect(pages).toBeLessThan(3);
  csv.destroy();
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
  expect(pages).toBeLessThan(3);
});

/** The CSV of entries with these reasons. */
async function csvOf(reasons: string[]): Promise<string> {
  const data = reasons.map((reason) => ({ id: 'x', reason }) as Entry);
  const lines = await historyAsCsv(() => Promise.resolve({ data, nextCursor: null }), COLUMNS, {});
  return Buffer.concat(await lines.toArray()).toString();
}

test('a text with line ends, quotes and commas is one field of its row, whichever ends they are', async () => {
  const reasons = ['two\nlines', 'old\rMac', 'both\r\nof them', 'a, "b"\nc', '\n', 'ends\r'];
  const rows = parse(await csvOf(reasons), { record_delimiter: '\r\n' });
  expect(rows.map(({ length }) => length)).toEqual(reasons.map(() => 15).concat(15));
  expect(rows.slice(1).map((row) => row[6])).toEqual(reasons);
});

test('no line of the file begins with a formula, nor does a text behind what cannot be seen', async () => {
  const formulas = ['=1+1', '+1', '-1', '@A1', '＝1', '＋1', '－1', '＠A1', '−1'];
  const hidden = [
    '',
    ' ',
    '\u00a0',
    '\u3000',
    '\ufeff',
    '\u200b',
    '"',
    "'",
    ' " ',
    'x\n',
    'x\r',
    'x\r\n\t ',
    'x\u2028',
    '\n',
  ];
  const reasons = hidden.flatMap((before) => formulas.map((formula) => before + formula));
  const text = await csvOf([...reasons, '\tx', '\rx']);
  expect(text.split(/[\r\n\u2028]+/).filter((line) => /^[\s"]*[=+\-@＝＋－＠−]/.test(line))).toEqual([]);
  const cells = parse(text, { record_delimiter: '\r\n' })
    .slice(1)
    .map((row) => row[6]!);
  expect(cells.filter((cell) => !cell.includes("'"))).toEqual([]);
  expect(await csvOf(['x = 1', 'a-b', '1+1', '(=)'])).not.toContain("'");
});
