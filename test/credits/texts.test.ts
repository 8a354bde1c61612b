import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';

const [open] = await onOwnDatabase(openCredits);

/** What somebody calls `userId`, with those words as its reason and its actor, as the ledger has it then. */
async function booked(userId: string, reason: string, actor: string, idempotencyKey?: string) {
  await open.credits.grant({ userId, credits: 1, reason, actor, idempotencyKey });
  const { data } = await open.credits.history(userId, { limit: 1 });
  return { reason: data[0]!.reason, actor: data[0]!.actor };
}

test.each([
  ['a quote', 'she said "no"'],
  ['quotes alone', '""'],
  ['a backslash', 'C:\\new\\table'],
  ['both', '\\"\\\\"'],
  ['what parts columns and rows', 'a,b(c)d{e}f'],
  ['the end of a row alone', 'a)b'],
  ['the word for nothing', 'NULL'],
  ['spaces around', '  in the middle  '],
  ['lines and tabs', 'one\r\ntwo\tthree'],
  ['signs of other scripts', 'Zażółć 北京 😀 שלום'],
  ['what JSON and SQL would escape', `{"a":'b'}; -- $1 %s \\u0041`],
])('%s in a text comes back as it was', async (_, text) => {
  expect(await booked(text, text, text)).toEqual({ reason: text, actor: text });
});

test('a key is any printable ASCII, and the same one is the same', async () => {
  const key = Array.from({ length: 0x7f - 0x20 }, (_, n) => String.fromCharCode(0x20 + n)).join('');
  await booked('keyed', 'once', 'test', key);
  await booked('keyed', 'once', 'test', key);
  expect(await open.credits.balance('keyed')).toMatchObject({ balance: 1, version: 1 });
});

test('any other text comes back as it was, whatever rides beside it', async () => {
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 60 })
    .filter((value) => !value.includes('\0'));
  const row = fc.tuple(text, text, text);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(row, { selector: ([userId]) => userId, maxLength: 8 }), async (rows) => {
      const found = await Promise.all(rows.map(([userId, reason, actor]) => booked(userId, reason, actor)));
      expect(found).toEqual(rows.map(([, reason, actor]) => ({ reason, actor })));
    }),
    { numRuns: 100 },
  );
});
