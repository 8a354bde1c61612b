import { describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  CaptureExceedsHoldError,
  HoldAlreadyResolvedError,
  InsufficientCreditsError,
  UnknownHoldError,
} from '../../src/credits/credits.errors.js';
import { newId } from '../../src/credits/ledger/new-id.js';
import { openCredits } from '../support/credits.js';
import { decide } from '../support/decide.js';
import { allOnOwnDatabase } from '../support/own-database.js';

const action = 'docx_processing';

// The stress takes seconds; a machine that is busy with other things takes longer.
jest.setTimeout(90_000);

// Nobody is to be turned away here: the resolvers of one hold ride one after the other.
const patiently = (url: string) => openCredits(url, { limits: { patienceMs: 60_000 } });
const [[open, elsewhere]] = await allOnOwnDatabase(patiently, patiently);
const { credits } = open;

async function userWith(balance: number): Promise<string> {
  const userId = `worker-${randomUUID()}`;
  await credits.grant({ userId, credits: balance, reason: 'to spend', actor: 'test' });
  return userId;
}

describe('a hold', () => {
  test.each([
    ['one instance', 1_000, 1],
    ['two instances', 100, 2],
  ])('is resolved once by 20 racing resolvers in %s, each of %i', async (_, holds, instances) => {
    const users = await Promise.all(Array.from({ length: 50 }, () => userWith(5 * (holds / 50))));
    const made = await Promise.all(
      Array.from({ length: holds }, (_, index) => credits.hold({ userId: users[index % 50]!, action })),
    );
    const taken = await Promise.all(made.map(({ id }) => raceFor(id, instances)));
    const charged = taken.reduce((sum, credits) => sum + credits, 0);
    const balances = await Promise.all(users.map((userId) => credits.balance(userId)));
    expect(balances.reduce((sum, { balance }) => sum + balance, 0)).toBe(5 * holds - charged);
    expect(balances.every(({ held }) => held === 0)).toBe(true);
    await open.check();
  });

  /** What the one resolver that won took: 5 by capture, 2 by partial capture, 0 by release. */
  async function raceFor(holdId: string, instances: number): Promise<number> {
    const resolvers = Array.from({ length: 20 }, (_, index) => {
      const service = [open, elsewhere][index % instances]!.credits;
      // The start moves from hold to hold, so that each kind of resolver comes first somewhere.
      const kind = (index + parseInt(holdId.slice(-4), 16)) % 3;
      if (kind === 0) return service.capture({ holdId });
      if (kind === 1) return service.capture({ holdId, credits: 2 });
      return service.release({ holdId });
    });
    const settled = await Promise.allSettled(resolvers);
    const lost = settled.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(19);
    expect(lost.every(({ reason }) => reason instanceof HoldAlreadyResolvedError)).toBe(true);
    const won = settled.find((result) => result.status === 'fulfilled')!.value;
    return 'charged' in won ? won.charged : 0;
  }

  test('captured in part returns the rest in the same change', async () => {
    const userId = await userWith(10);
    const { id: holdId } = await credits.hold({ userId, action, credits: 8 });
    const receipt = await credits.capture({ holdId, credits: 3 });
    expect(receipt).toMatchObject({ holdId, charged: 3, balance: 7, held: 0, available: 7, version: 3 });
    const [entry] = (await credits.history(userId)).data;
    expect(entry).toMatchObject({ id: receipt.entryId, holdId, amount: -3, balanceAfter: 7, version: 3 });
    await open.check();
  });

  test('may be captured for nothing', async () => {
    const userId = await userWith(10);
    const { id: holdId } = await credits.hold({ userId, action });
    expect(await credits.capture({ holdId, credits: 0 })).toMatchObject({ charged: 0, available: 10 });
    await open.check();
  });

  test('gives no more than was set aside, however much the wallet has, and stays as it is', async () => {
    const userId = await userWith(100);
    const { id: holdId } = await credits.hold({ userId, action });
    await expect(credits.capture({ holdId, credits: 6 })).rejects.toThrow(CaptureExceedsHoldError);
    expect(await credits.balance(userId)).toMatchObject({ balance: 100, held: 5, version: 2 });
    expect(await credits.capture({ holdId })).toMatchObject({ charged: 5 });
  });

  test('nobody knows is refused by every verb', async () => {
    const holdId = randomUUID();
    for (const call of [
      credits.capture({ holdId }),
      credits.release({ holdId }),
      credits.extend({ holdId }),
    ]) {
      await expect(call).rejects.toThrow(UnknownHoldError);
    }
  });
});

test('a hold, a charge and a cut of what others hold are refused for want of credits', async () => {
  const userId = await userWith(10);
  const { id: holdId } = await credits.hold({ userId, action, credits: 6 });
  for (const call of [
    credits.hold({ userId, action, credits: 5 }),
    credits.charge({ userId, action, credits: 5 }),
    credits.adjust({ userId, credits: -5, reason: 'a cut', actor: 'test' }),
  ]) {
    await expect(call).rejects.toThrow(InsufficientCreditsError);
  }
  await credits.release({ holdId });
});

test.each(['capture', 'release', 'extend'] as const)(
  'a %s that names another owner than the hold has finds nothing, and changes neither wallet',
  async (verb) => {
    const [owner, other] = [await userWith(10), await userWith(10)];
    const { id: hold_id } = await credits.hold({ userId: owner, action, credits: 5 });
    await credits.hold({ userId: other, action, credits: 5 });
    const before = await Promise.all([credits.balance(owner), credits.balance(other)]);
    const operation = { verb, id: newId(other), hold_id, user_id: other, ttl_seconds: 60 };
    expect(await decide(open.pool, [operation])).toMatchObject([{ code: 'not_found' }]);
    const after = await Promise.all([credits.balance(owner), credits.balance(other)]);
    expect(after.map(({ held, version }) => ({ held, version }))).toEqual(
      before.map(({ held, version }) => ({ held, version })),
    );
    await credits.capture({ holdId: hold_id });
  },
);
