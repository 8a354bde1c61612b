import { beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../src/credits/ledger/new-id.js';
import type { Operation } from '../../src/credits/ledger/operation.js';
import { openCredits } from '../support/credits.js';
import { decide } from '../support/decide.js';
import { onOwnDatabase } from '../support/own-database.js';

// The answers of a batch come as one text, parted by control characters.

const action = 'audio_upload';
/** What parts the text, and what JSON has to escape. */
const ODD = '\x1e a\x1f"b\\ \n ü';

const [open] = await onOwnDatabase(openCredits);

beforeAll(async () => {
  await open.credits.grant({ userId: ODD, credits: 100, reason: 'a gift', actor: 'test' });
});

test('a user who is not named in the operation is told, whatever characters the name has', async () => {
  const { id } = await open.credits.hold({ userId: ODD, action });
  const outcomes = await decide(open.pool, [{ verb: 'release', hold_id: id }]);
  expect(outcomes).toMatchObject([{ code: 'done', id, userId: ODD }]);
});

test('free text in what is found again stays one outcome', async () => {
  const hold = { userId: ODD, action, description: ODD, idempotencyKey: 'one' };
  const { id } = await open.credits.hold(hold);
  expect(await open.credits.hold(hold)).toMatchObject({ id, description: ODD, replayed: true });
});

test('each outcome goes to its operation, also of a hold that nobody knows', async () => {
  const [first, second] = [newId(ODD), newId(ODD)];
  const spent = { user_id: ODD, action, price_version: 'x' };
  const batch: Operation[] = [
    { verb: 'charge', id: first, credits: 1, ...spent },
    { verb: 'release', hold_id: second },
    { verb: 'charge', id: second, credits: 1_000, ...spent },
    { verb: 'settle', user_id: ODD },
  ];
  const { version, balance } = await open.credits.balance(ODD);
  expect(await decide(open.pool, batch)).toMatchObject([
    { code: 'done', id: first, amount: 1, version: version + 1, balance: balance - 1, detail: null },
    { code: 'not_found', userId: null, version: 0 },
    { code: 'insufficient', id: second, amount: 1_000, detail: { holds: expect.any(Array) } },
    { code: 'done', id: null, amount: 0, owed: 0 },
  ]);
});
