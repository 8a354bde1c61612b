import { describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  CreditsOverloadedError,
  CreditsUnavailableError,
  HoldAlreadyResolvedError,
  InsufficientCreditsError,
} from '../../src/credits/credits.errors.js';
import type { CreditsService } from '../../src/credits/credits.service.js';
import { openCredits } from '../support/credits.js';
import { allOnOwnDatabase } from '../support/own-database.js';
import { grantedOf } from '../support/stress.js';

const LOAD = { attempts: 2_000, clients: 32 };
const ONE = { action: 'audio_upload', credits: 1 };

// The stress takes seconds; a machine that is busy with other things takes longer.
jest.setTimeout(90_000);

// A machine so slow that it turns callers away would tell nothing about the ones it serves.
const patiently = (url: string) => openCredits(url, { limits: { patienceMs: 20_000 } });
/** Like so many processes: each has a gatherer and connections of its own. */
const [instances] = await allOnOwnDatabase(patiently, patiently, patiently, patiently);
const { credits } = instances[0];

let users = 0;
async function userWith(balance: number): Promise<string> {
  const userId = `spender-${(users += 1)}`;
  await credits.grant({ userId, credits: balance, reason: 'to spend', actor: 'test' });
  return userId;
}

async function granted(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof InsufficientCreditsError) return false;
    throw error;
  }
}

type Take = (service: CreditsService, userId: string, client: number) => Promise<unknown>;
const charge: Take = (service, userId) => {
  const idempotencyKey = randomUUID();
  return decided(() => service.charge({ userId, ...ONE, idempotencyKey }));
};
const hold = (service: CreditsService, userId: string) => {
  const idempotencyKey = randomUUID();
  return decided(() => service.hold({ userId, ...ONE, idempotencyKey }));
};
const either: Take = (service, userId, client) => (client % 2 === 0 ? charge : hold)(service, userId, client);
const held: Take = async (service, userId) => {
  const { id: holdId } = await hold(service, userId);
  await decided(() => service.capture({ holdId })).catch((error: unknown) => {
    // By the attempt whose answer was lost.
    if (!(error instanceof HoldAlreadyResolvedError) || error.facts['state'] !== 'captured') throw error;
  });
};

/** "Not now" is an answer a busy machine may give; whoever asks again under the same key hears what was decided. */
async function decided<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isNotNow = error instanceof CreditsUnavailableError || error instanceof CreditsOverloadedError;
      if (!isNotNow) throw error;
    }
  }
}

describe('2,000 attempts of 1 credit on 1,000 credits by 32 clients grant exactly 1,000', () => {
  test.each([
    ['charges', 1, charge, { balance: 0, held: 0 }],
    ['holds', 1, hold, { balance: 1_000, held: 1_000 }],
    ['holds that are captured', 1, held, { balance: 0, held: 0 }],
    ['charges through four instances', 4, charge, { balance: 0, held: 0 }],
    ['holds through four instances', 4, hold, { balance: 1_000, held: 1_000 }],
    ['holds and charges through four instances', 4, either, {}],
  ])('as %s', async (_, instancesUsed, take, wallet) => {
    const userId = await userWith(1_000);
    const attempt = (client: number) =>
      granted(take(instances[client % instancesUsed]!.credits, userId, client));
    expect(await grantedOf(attempt, LOAD)).toBe(1_000);
    expect(await credits.balance(userId)).toMatchObject({ ...wallet, available: 0 });
    await instances[0].check();
  });
});

describe('in one batch', () => {
  test.each([
    ['charges', 'entries'],
    ['holds', 'holds'],
  ])('6, 8 and 4 on 10 credits answer yes, no, yes as %s', async (verb, table) => {
    const userId = await userWith(10);
    const take = (amount: number) => {
      const input = { userId, action: 'audio_upload', credits: amount };
      return granted(verb === 'charges' ? credits.charge(input) : credits.hold(input));
    };
    expect(await Promise.all([6, 8, 4].map(take))).toEqual([true, false, true]);
    const moments = await instances[0].dataSource.query(
      `SELECT DISTINCT created_at FROM credits.${table} WHERE user_id = $1 AND action IS NOT NULL`,
      [userId],
    );
    // One reading of the clock: the three did ride together.
    expect(moments).toHaveLength(1);
    expect((await credits.balance(userId)).available).toBe(0);
    await instances[0].check();
  });

  test('a refusal in one wallet leaves the others their yes', async () => {
    const [rich, poor] = [await userWith(10), await userWith(3)];
    const takes = [rich, poor, rich, poor, poor].map((userId) =>
      granted(credits.charge({ userId, action: 'audio_upload', credits: 2 })),
    );
    expect(await Promise.all(takes)).toEqual([true, true, true, false, false]);
    await instances[0].check();
  });
});

describe('the same stress catches', () => {
  const SMALLER = { attempts: 400, clients: 32 };

  test.each([
    ['a charge that reads, subtracts and writes back', readThenWrite],
    ['a charge that never goes below zero instead of refusing', clampAtZero],
    ['a check before the work with the charge after it', chargeAfterWork],
  ])('%s', async (_, attempt) => {
    const userId = await userWith(200);
    expect(await grantedOf(() => attempt(userId), SMALLER)).toBeGreaterThan(200);
  });

  async function readThenWrite(userId: string): Promise<boolean> {
    const [wallet] = await sql(`SELECT balance FROM credits.wallets WHERE user_id = $1`, userId);
    if (Number(wallet!.balance) < 1) return false;
    const rest = Number(wallet!.balance) - 1;
    await sql(`UPDATE credits.wallets SET balance = $2 WHERE user_id = $1`, userId, rest);
    return true;
  }

  async function clampAtZero(userId: string): Promise<boolean> {
    await sql(`UPDATE credits.wallets SET balance = greatest(balance - 1, 0) WHERE user_id = $1`, userId);
    return true;
  }

  async function chargeAfterWork(userId: string): Promise<boolean> {
    if ((await credits.balance(userId)).available < 1) return false;
    await granted(charge(credits, userId, 0));
    return true;
  }

  function sql(text: string, ...values: unknown[]): Promise<{ balance: string }[]> {
    return instances[0].dataSource.query(text, values);
  }
});
