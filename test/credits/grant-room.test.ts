import { beforeAll, describe, expect, test } from '@jest/globals';
import type { CreditsService } from '../../src/credits/credits.service.js';
import { action, by, newUser, openBuyers, soon } from './buyers.js';

// A clawback may take other credits in the place of those that were spent, and what comes back later, of the charge and of
// the clawback, is more than the grant had.

const buyers = await openBuyers();
let credits: CreditsService;
beforeAll(() => void (credits = buyers.credits));

/** What is left of each grant, the first to burn first: amount, remaining, whether it expires. */
async function grantsOf(userId: string) {
  await credits.balance(userId);
  const rows = await buyers.open.dataSource.query<Record<string, unknown>[]>(
    `SELECT amount::int, remaining::int, expires_at IS NOT NULL AS expires
       FROM credits.grants WHERE user_id = $1 AND remaining > 0 ORDER BY burn_order`,
    [userId],
  );
  return rows.map(({ amount, remaining, expires }) => [amount, remaining, expires]);
}

const inAnHour = () => new Date(Date.now() + 3_600_000);

describe('a grant never has more left than it was given:', () => {
  test('spent, taken back from others, given again, and the charge refunded', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 10, { priority: 10, expiresAt: inAnHour() });
    const charge = await credits.charge({ userId, action, credits: 10 });
    await buyers.granted(userId, 10);
    await credits.clawback({ entryId, credits: 10, ...by });
    await credits.restore({ entryId, credits: 10, ...by });
    const refund = { entryId: charge.entryId, credits: 7, ...by };
    expect(await credits.refund(refund)).toMatchObject({ balance: 17 });
    expect(await grantsOf(userId)).toEqual([
      [10, 10, true],
      [7, 7, false],
    ]);
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 10, spent: 0, takenBack: 0 });
  });

  test('the charge refunded while the credits are taken back, and those given again', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 10, { priority: 10 });
    const charge = await credits.charge({ userId, action, credits: 10 });
    await buyers.granted(userId, 10);
    await credits.clawback({ entryId, credits: 6, ...by });
    // 4 of it were spent after all; the others are credits that were taken in its place.
    await credits.refund({ entryId: charge.entryId, ...by });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 4, spent: 0, takenBack: 6 });
    await credits.restore({ entryId, credits: 6, ...by });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 10, spent: 0, takenBack: 0 });
    expect(await grantsOf(userId)).toEqual([
      [10, 10, false],
      [6, 6, false],
      [10, 4, false],
    ]);
  });

  test('held while it was taken back, and what was free later was of another', async () => {
    const userId = newUser();
    await buyers.granted(userId, 10, { priority: 0 });
    const entryId = await buyers.granted(userId, 10);
    const { id: holdId } = await credits.hold({ userId, action, credits: 20 });
    await credits.clawback({ entryId, credits: 10, ...by });
    await credits.release({ holdId });
    // What the operator is told is left of it must not be taken back twice.
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 0, held: 0, takenBack: 10 });
    expect(await credits.restore({ entryId, credits: 10, ...by })).toMatchObject({ balance: 20 });
    expect(await grantsOf(userId)).toEqual([
      [10, 10, false],
      [10, 10, false],
    ]);
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 10, takenBack: 0 });
  });

  test('owed, paid by another one, given again, and the charge refunded', async () => {
    const { userId, entryId, chargeId } = await buyers.debtor(10);
    await buyers.granted(userId, 10);
    await credits.restore({ entryId, credits: 10, ...by });
    await credits.refund({ entryId: chargeId, ...by });
    expect(await grantsOf(userId)).toEqual([
      [10, 10, false],
      [10, 10, false],
    ]);
  });

  test('together with what came of it after it expired', async () => {
    const userId = newUser();
    const entryId = await buyers.granted(userId, 10, { expiresAt: soon(), priority: 10 });
    const charge = await credits.charge({ userId, action, credits: 8 });
    await buyers.lapsed(userId);
    await buyers.granted(userId, 10);
    await credits.clawback({ entryId, credits: 8, ...by });
    await credits.restore({ entryId, credits: 8, ...by });
    await credits.refund({ entryId: charge.entryId, ...by });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 8, lapsed: 2, spent: 0 });
    expect(await credits.balance(userId)).toMatchObject({ balance: 18 });
  });
});
