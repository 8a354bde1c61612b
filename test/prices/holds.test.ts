import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import {
  HoldAlreadyResolvedError,
  HoldTakenOverError,
  InsufficientCreditsError,
  PriceExceedsMaxError,
  UnknownHoldError,
} from '../../src/credits/credits.errors.js';
import { InvalidMeasureError } from '../../src/credits/programming-errors.js';
import type { Measured } from '../../src/credits/prices/price.js';
import { openCredits } from '../support/credits.js';
import { allOnOwnDatabase } from '../support/own-database.js';

const action = 'transcribe';
const PRICES = {
  transcribe: '2 per 60 second, at least 2',
  chat: '3 per 1000 input_token, 15 per 1000 output_token, at least 1',
  export: 15,
};

const DEARER = { transcribe: '7 per 1 second', chat: 9, export: '1 per 1 page' };

const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
/** `dearer` is another process, started when everything had become so. */
const [[open, dearer]] = await allOnOwnDatabase(
  (url) => openCredits(url, { prices: PRICES }),
  (url) => openCredits(url, { prices: DEARER }),
);
const { credits } = open;
afterEach(() => open.check());

async function userWith(balance: number): Promise<string> {
  const userId = `listener-${randomUUID()}`;
  await credits.grant({ userId, credits: balance, reason: 'to spend', actor: 'test' });
  return userId;
}

describe('at a price by unit', () => {
  test('the most is held, and what was measured is charged', async () => {
    const userId = await userWith(100);
    const { id: holdId, amount } = await credits.hold({ userId, action, atMost: { second: 600 } });
    expect(amount).toBe(20);
    expect(await credits.capture({ holdId, measured: { second: 91 } })).toMatchObject({
      charged: 4,
      available: 96,
    });
  });

  test('nothing used costs nothing, and anything the minimum', async () => {
    const userId = await userWith(100);
    for (const [second, charged] of [
      [0, 0],
      [1, 2],
      [61, 3],
    ] as const) {
      const { id: holdId } = await credits.hold({ userId, action, atMost: { second: 600 } });
      expect(await credits.capture({ holdId, measured: { second } })).toMatchObject({ charged });
    }
  });

  test('a charge takes what was measured at once, and once per key', async () => {
    const userId = await userWith(100);
    const charge = (measured: Measured) =>
      credits.charge({ userId, action: 'chat', measured, idempotencyKey: 'a chat' });
    const measured = { input_token: 1234, output_token: 567 };
    expect(await charge(measured)).toMatchObject({ charged: 13, replayed: false });
    expect(await charge({ output_token: 567, input_token: 1234 })).toMatchObject({
      charged: 13,
      replayed: true,
    });
    await expect(charge({ ...measured, output_token: 568 })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  test('more than was held takes what was held, and is counted and logged', async () => {
    const userId = await userWith(100);
    const { id: holdId } = await credits.hold({ userId, action, atMost: { second: 60 } });
    const before = credits.heldPrices.underheld;
    expect(await credits.capture({ holdId, measured: { second: 6_000 } })).toMatchObject({
      charged: 2,
      available: 98,
    });
    expect(credits.heldPrices.underheld).toBe(before + 1);
    expect(warned).toHaveBeenLastCalledWith(expect.stringContaining('200 credits used, 2 held'));
  });

  test('whatever is measured, never more than was held and never less than the minimum is taken', async () => {
    const userId = await userWith(1_000_000);
    const tokens = fc.nat({ max: 5_000 });
    const used = fc.record({ input_token: tokens, output_token: tokens });
    await fc.assert(
      fc.asyncProperty(used, used, async (atMost, measured) => {
        const { id: holdId, amount } = await credits.hold({ userId, action: 'chat', atMost });
        const { charged } = await credits.capture({ holdId, measured });
        const isUsed = measured.input_token + measured.output_token > 0;
        return charged <= amount && charged >= Math.min(amount, isUsed ? 1 : 0);
      }),
      { numRuns: 200 },
    );
  });

  test('a hold keeps the price it was made at, whatever the process that ends its work was started with', async () => {
    const userId = await userWith(100);
    const { id: holdId, priceVersion } = await credits.hold({ userId, action, atMost: { second: 600 } });
    expect(dearer.credits.prices.version).not.toBe(priceVersion);
    expect(await dearer.credits.capture({ holdId, measured: { second: 90 } })).toMatchObject({ charged: 3 });
    const [entry] = (await credits.history(userId)).data;
    expect(entry!.priceVersion).toBe(priceVersion);
  });

  test('a hold per call stays one, when the price has become one by unit meanwhile', async () => {
    const userId = await userWith(100);
    const { id: holdId } = await credits.hold({ userId, action: 'export' });
    expect(await dearer.credits.capture({ holdId, measured: { page: 3 } })).toMatchObject({ charged: 15 });
  });

  test.each<[string, Record<string, unknown>]>([
    ['a unit that the price does not name', { seconds: 5 }],
    ['such a unit of which there is nothing', { second: 5, byte: 0 }],
    ['NaN', { second: NaN }],
    ['a fraction', { second: 1.5 }],
    ['a negative quantity', { second: -1 }],
    ['an unknown quantity', { second: undefined }],
    ['a text', { second: '5' }],
    ['more than can be counted', { second: 2 ** 53 }],
  ])('%s is a programming error, and nothing is charged', async (_what, quantities) => {
    const userId = await userWith(100);
    const measured = quantities as Measured;
    const { id: holdId } = await credits.hold({ userId, action, atMost: { second: 600 } });
    const calls = [
      () => credits.capture({ holdId, measured }),
      () => credits.raise({ holdId, measured }),
      () => credits.charge({ userId, action, measured }),
      () => credits.hold({ userId, action, atMost: measured }),
      async () => credits.quote({ action, measured }),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toThrow(InvalidMeasureError);
      await expect(call()).rejects.toMatchObject({ code: 'internal', status: 500 });
    }
    expect(await credits.balance(userId)).toMatchObject({ balance: 100, held: 20, version: 2 });
  });

  test('nothing said of how much is a programming error too', async () => {
    const userId = await userWith(100);
    await expect(credits.hold({ userId, action })).rejects.toThrow(InvalidMeasureError);
    await expect(credits.hold({ userId, action, units: 3 })).rejects.toThrow(InvalidMeasureError);
    await expect(credits.charge({ userId, action })).rejects.toThrow(InvalidMeasureError);
    expect(await credits.balance(userId)).toMatchObject({ balance: 100, held: 0, version: 1 });
  });

  test('more than can be paid is one too', async () => {
    const userId = await userWith(100);
    const measured = { second: Number.MAX_SAFE_INTEGER };
    await expect(dearer.credits.charge({ userId, action, measured })).rejects.toThrow(InvalidMeasureError);
  });

  test('a refusal says that it is about the most', async () => {
    const userId = await userWith(5);
    const refused = credits.hold({ userId, action, atMost: { second: 600 } });
    await expect(refused).rejects.toMatchObject({
      message: 'transcribe needs at most 20 credits, 5 are available.',
      facts: { required: 20, available: 5, shortfall: 15, estimate: true, atMost: { second: 600 } },
    });
  });

  test('a price per call is one per call, whatever was measured', async () => {
    const userId = await userWith(100);
    expect(credits.quote({ action: 'export', measured: { page: 300 } }).credits).toBe(15);
    const { id: holdId } = await credits.hold({ userId, action: 'export', atMost: { page: 300 } });
    expect(await credits.capture({ holdId, measured: { page: 2 } })).toMatchObject({ charged: 15 });
  });
});

describe('a hold that is raised', () => {
  const begun = async (balance: number) => {
    const userId = await userWith(balance);
    const { id: holdId } = await credits.hold({ userId, action, atLeast: { second: 1 } });
    return { userId, holdId };
  };

  test('holds what was measured, under the same id, and is captured as one', async () => {
    const { userId, holdId } = await begun(20);
    expect(await credits.balance(userId)).toMatchObject({ held: 2, version: 2 });
    await credits.raise({ holdId, measured: { second: 600 } });
    expect(await credits.balance(userId)).toMatchObject({ held: 20, available: 0, version: 4 });
    await open.check();
    expect(await credits.capture({ holdId })).toMatchObject({ holdId, charged: 20, balance: 0, version: 5 });
  });

  test('is raised by nobody from whom it was taken over', async () => {
    const { userId, holdId } = await begun(50);
    for (const owner of ['a worker', 'another worker']) await credits.take({ userId, action, holdId, owner });
    const raised = (owner: string) => credits.raise({ holdId, measured: { second: 600 }, owner });
    await expect(raised('a worker')).rejects.toThrow(HoldTakenOverError);
    const first = credits.spend({ userId, action, atMost: { second: 1 } }, async (work) => {
      await credits.take({ userId, action, holdId: work.id, owner: 'a worker' });
      await work.raise({ second: 600 });
    });
    await expect(first).rejects.toThrow(HoldTakenOverError);
    expect(await credits.balance(userId)).toMatchObject({ held: 4 });
    await raised('another worker');
    expect(await credits.balance(userId)).toMatchObject({ held: 22 });
  });

  test('never gets smaller', async () => {
    const { userId, holdId } = await begun(50);
    await credits.raise({ holdId, measured: { second: 600 } });
    await credits.raise({ holdId, measured: { second: 60 } });
    expect(await credits.balance(userId)).toMatchObject({ held: 20, version: 4 });
    await credits.release({ holdId });
    expect(await credits.balance(userId)).toMatchObject({ balance: 50, held: 0 });
  });

  test('keeps its key: nobody else begins the same work', async () => {
    const userId = await userWith(50);
    const hold = () => credits.hold({ userId, action, atLeast: { second: 1 }, idempotencyKey: 'one work' });
    const { id: holdId } = await hold();
    await credits.raise({ holdId, measured: { second: 600 } });
    expect(await hold()).toMatchObject({ id: holdId, amount: 20, replayed: true });
    await credits.capture({ holdId });
    expect(await hold()).toMatchObject({ id: holdId, state: 'captured', replayed: true });
  });

  test('is refused where the wallet has too little, counting what it holds itself, and stays as it is', async () => {
    const { userId, holdId } = await begun(12);
    await credits.hold({ userId, action, atMost: { second: 90 } });
    await expect(credits.raise({ holdId, measured: { second: 600 } })).rejects.toThrow(
      InsufficientCreditsError,
    );
    await expect(credits.raise({ holdId, measured: { second: 600 } })).rejects.toMatchObject({
      facts: { action, required: 20, available: 9, held: 3, shortfall: 11, holds: [{ amount: 3 }] },
    });
    expect(await credits.balance(userId)).toMatchObject({ held: 5, version: 3 });
    expect(await credits.capture({ holdId })).toMatchObject({ charged: 2 });
  });

  test('is refused above the limit of the client', async () => {
    const { userId, holdId } = await begun(50);
    const raise = (maxCredits: number) => credits.raise({ holdId, measured: { second: 600 }, maxCredits });
    await expect(raise(19)).rejects.toThrow(PriceExceedsMaxError);
    expect(await credits.balance(userId)).toMatchObject({ held: 2 });
    await raise(20);
  });

  test('keeps the price it was made at', async () => {
    const { userId, holdId } = await begun(50);
    await dearer.credits.raise({ holdId, measured: { second: 600 } });
    expect(await credits.balance(userId)).toMatchObject({ held: 20 });
  });

  test('is one that still runs', async () => {
    const { holdId } = await begun(50);
    await credits.release({ holdId });
    const measured = { second: 600 };
    await expect(credits.raise({ holdId, measured })).rejects.toThrow(HoldAlreadyResolvedError);
    await expect(credits.raise({ holdId: randomUUID(), measured })).rejects.toThrow(UnknownHoldError);
  });

  test('goes back with its transaction', async () => {
    const { userId, holdId } = await begun(50);
    const rolledBack = open.dataSource.transaction(async (tx) => {
      await credits.raise({ holdId, measured: { second: 600 } }, { tx });
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(await credits.balance(userId)).toMatchObject({ held: 2, version: 2 });
  });

  test('does not overspend against twenty others that are raised at once', async () => {
    const userId = await userWith(100);
    const holds = await Promise.all(
      Array.from({ length: 20 }, () => credits.hold({ userId, action, atLeast: { second: 1 } })),
    );
    const raised = await Promise.allSettled(
      holds.map(({ id: holdId }) => credits.raise({ holdId, measured: { second: 240 } })),
    );
    expect(raised.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    const refusals = raised.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refusals.every((reason) => reason instanceof InsufficientCreditsError)).toBe(true);
    expect(await credits.balance(userId)).toMatchObject({ balance: 100, held: 100 });
  });
});
