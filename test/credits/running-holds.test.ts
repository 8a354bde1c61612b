import { afterEach, describe, expect, test } from '@jest/globals';
import { InsufficientCreditsError, type Hold } from '../../src/credits/index.js';
import { newId } from '../../src/credits/ledger/new-id.js';
import type { Operation } from '../../src/credits/ledger/operation.js';
import { openCredits } from '../support/credits.js';
import { decide } from '../support/decide.js';
import { onOwnDatabase } from '../support/own-database.js';

const [books] = await onOwnDatabase(openCredits);
afterEach(() => books.check());

const give = (userId: string, credits: number) =>
  books.credits.grant({ userId, credits, reason: 'bought', actor: 'test' });
const hold = (userId: string, credits: number, action = 'txt_upload') =>
  books.credits.hold({ userId, action, credits });
const refusalOf = (spending: Promise<unknown>) =>
  spending.then(
    () => undefined,
    (error: unknown) => (error as InsufficientCreditsError).facts,
  );
const told = ({ id, action, amount, expiresAt }: Hold) => ({ id, action, amount, expiresAt });

describe('a refusal for want of credits', () => {
  test('names the holds that keep them, oldest first, and until when', async () => {
    await give('alice', 10);
    const released = await hold('alice', 1);
    const [first, second] = [await hold('alice', 4), await hold('alice', 3, 'docx_processing')];
    await books.credits.release({ holdId: released.id });
    for (const spending of [
      books.credits.charge({ userId: 'alice', action: 'txt_upload', credits: 5 }),
      hold('alice', 5),
      books.credits.adjust({ userId: 'alice', credits: -5, reason: 'a mistake', actor: 'test' }),
    ]) {
      expect(await refusalOf(spending)).toMatchObject({
        available: 3,
        held: 7,
        holds: [told(first), told(second)],
      });
    }
  });

  test('names none when nothing is held, and at most ten', async () => {
    expect(await refusalOf(hold('nobody', 5))).toMatchObject({ held: 0, holds: [] });
    await give('bob', 12);
    expect(await refusalOf(hold('bob', 13))).toMatchObject({ held: 0, holds: [] });
    const holds: Hold[] = [];
    for (let count = 0; count < 12; count += 1) holds.push(await hold('bob', 1));
    expect(await refusalOf(hold('bob', 1))).toMatchObject({ held: 12, holds: holds.slice(0, 10).map(told) });
  });

  test('knows of what its own batch has just held and released', async () => {
    await give('carol', 10);
    const { id: before } = await hold('carol', 6);
    const made = newId('carol');
    const spend = { user_id: 'carol', action: 'txt_upload', price_version: 'x' };
    const operations: Operation[] = [
      { verb: 'release', hold_id: before },
      { verb: 'hold', id: made, credits: 8, ttl_seconds: 60, ...spend },
      { verb: 'charge', id: newId('carol'), credits: 5, ...spend },
    ];
    const [, , refused] = await decide(books.pool, operations, { wait: false });
    expect(refused).toMatchObject({ code: 'insufficient', held: 8 });
    expect(refused!.detail).toMatchObject({ holds: [{ id: made, action: 'txt_upload', amount: 8 }] });
  });
});
