import { describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { IdempotencyKeyReusedError, InsufficientCreditsError } from '../../src/credits/credits.errors.js';
import type { CreditsService } from '../../src/credits/credits.service.js';
import type { Hold, Receipt } from '../../src/credits/credits.types.js';
import { openCredits, PRICES } from '../support/credits.js';
import { allOnOwnDatabase } from '../support/own-database.js';
import { until } from '../support/until.js';

const action = 'audio_upload';
const by = { reason: 'because', actor: 'test' };

// The stress takes seconds; a machine that is busy with other things takes longer.
jest.setTimeout(90_000);

// Nobody is to be turned away here: identical calls ride one after the other, and this machine may be slow.
const limits = { patienceMs: 60_000 };
const patiently = (url: string) => openCredits(url, { limits });
const dearer = (url: string) => openCredits(url, { limits, prices: { ...PRICES, [action]: 7 } });
const [[open, ...others]] = await allOnOwnDatabase(patiently, patiently, dearer);
const { credits } = open;

type Customer = { userId: string; entryId: string };

/** A wallet with one charge on it, so that every verb has something to work on. */
async function customer(): Promise<Customer> {
  const userId = `customer-${randomUUID()}`;
  await credits.grant({ userId, credits: 1_000, ...by });
  const { entryId } = await credits.charge({ userId, action, credits: 500 });
  return { userId, entryId };
}

type Answer = Hold | Receipt;
type Call = (service: CreditsService, customer: Customer, key?: string, amount?: number) => Promise<Answer>;

const verbs = {
  hold: (service, { userId }, idempotencyKey, credits = 2) =>
    service.hold({ userId, action, credits, idempotencyKey }),
  charge: (service, { userId }, idempotencyKey, credits = 2) =>
    service.charge({ userId, action, credits, idempotencyKey }),
  grant: (service, { userId }, idempotencyKey, credits = 2) =>
    service.grant({ userId, credits, idempotencyKey, ...by }),
  adjust: (service, { userId }, idempotencyKey, credits = -2) =>
    service.adjust({ userId, credits, idempotencyKey, ...by }),
  refund: (service, { entryId }, idempotencyKey, credits = 2) =>
    service.refund({ entryId, credits, idempotencyKey, ...by }),
} satisfies Record<string, Call>;
const everyVerb = Object.entries(verbs) as [keyof typeof verbs, Call][];

async function changesOf({ userId }: Customer): Promise<number> {
  return (await credits.balance(userId)).version;
}

/** Everything an answer says but whether it was the first. */
function said(answer: Answer): string {
  return JSON.stringify({ ...answer, replayed: null });
}

describe.each(everyVerb)('%s', (verb, call) => {
  test('100 identical calls at once happen once and all get the same receipt, for each of 200 keys', async () => {
    const customers = await Promise.all(Array.from({ length: 40 }, customer));
    for (let round = 1; round <= 5; round += 1) {
      const answered = customers.map((one) =>
        Promise.all(Array.from({ length: 100 }, () => call(credits, one, `job ${round} of ${one.userId}`))),
      );
      for (const [index, answers] of (await Promise.all(answered)).entries()) {
        expect(new Set(answers.map(said)).size).toBe(1);
        expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
        expect(await changesOf(customers[index]!)).toBe(2 + round);
      }
    }
    await open.check();
  });

  test('identical calls at once through three instances happen once', async () => {
    const customers = await Promise.all(Array.from({ length: 10 }, customer));
    const services = [open, others[0], others[1]].map((instance) => instance.credits);
    const answered = customers.map((one) =>
      Promise.all(Array.from({ length: 12 }, (_, index) => call(services[index % 3]!, one, 'shared-key'))),
    );
    for (const [index, answers] of (await Promise.all(answered)).entries()) {
      expect(new Set(answers.map(said)).size).toBe(1);
      expect(await changesOf(customers[index]!)).toBe(3);
    }
    await open.check();
  });

  test('the same harness sees each call happen when the key is stripped', async () => {
    const one = await customer();
    const answers = await Promise.all(Array.from({ length: 100 }, () => call(credits, one)));
    expect(new Set(answers.map(said)).size).toBe(100);
    expect(await changesOf(one)).toBe(102);
  });

  test('refuses the key with another input, at once or later, and changes nothing', async () => {
    const one = await customer();
    const [first, other] = await Promise.allSettled([
      call(credits, one, 'key-1'),
      call(credits, one, 'key-1', 3),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(other).toMatchObject({ reason: expect.any(IdempotencyKeyReusedError) });
    for (const another of Object.values(verbs)) {
      await expect(another(credits, one, 'key-1', 5)).rejects.toThrow(IdempotencyKeyReusedError);
    }
    expect(await changesOf(one)).toBe(3);
  });

  test('serves another user with the same key', async () => {
    const [one, two] = [await customer(), await customer()];
    const answers = [await call(credits, one, 'common-key'), await call(credits, two, 'common-key')];
    expect(answers.map(({ replayed }) => replayed)).toEqual([false, false]);
    expect(await changesOf(two)).toBe(3);
  });

  test('leaves the key free when it is refused', async () => {
    const one = await customer();
    const amount = { hold: 501, charge: 501, grant: Number.MAX_SAFE_INTEGER, adjust: -501, refund: 501 }[
      verb
    ];
    await expect(call(credits, one, 'key-1', amount)).rejects.toThrow();
    expect((await call(credits, one, 'key-1', 1)).replayed).toBe(false);
  });
});

describe('the key of a hold', () => {
  test('is free again when the hold was released', async () => {
    const { userId } = await customer();
    const first = await credits.hold({ userId, action, idempotencyKey: 'work' });
    await credits.release({ holdId: first.id });
    const second = await credits.hold({ userId, action, idempotencyKey: 'work' });
    expect(second).toMatchObject({ replayed: false, state: 'held' });
    expect(second.id).not.toBe(first.id);
  });

  test('is free again when the hold expired, also for another input', async () => {
    const { userId } = await customer();
    const first = await credits.hold({ userId, action, ttlSeconds: 1, idempotencyKey: 'work' });
    expect((await credits.hold({ userId, action, idempotencyKey: 'work' })).id).toBe(first.id);
    // Nobody has settled the wallet by then: the key is asked for first.
    const over = 'SELECT FROM credits.holds WHERE id = $1 AND expires_at <= clock_timestamp()';
    await until(async () => (await open.dataSource.query(over, [first.id])).length === 1);
    const second = await credits.hold({ userId, action, units: 2, idempotencyKey: 'work' });
    expect(second).toMatchObject({ replayed: false, amount: 4 });
    await open.check();
  });

  test('stays used when the hold was captured', async () => {
    const { userId } = await customer();
    const first = await credits.hold({ userId, action, idempotencyKey: 'work' });
    await credits.capture({ holdId: first.id });
    const again = await credits.hold({ userId, action, idempotencyKey: 'work' });
    expect(again).toEqual({ ...first, state: 'captured', replayed: true });
    await expect(credits.hold({ userId, action, units: 2, idempotencyKey: 'work' })).rejects.toThrow(
      IdempotencyKeyReusedError,
    );
    await open.check();
  });
});

describe('a retry', () => {
  test('answers the first receipt although wallet and prices have changed since', async () => {
    const { userId } = await customer();
    const first = await credits.charge({ userId, action, units: 3, idempotencyKey: 'job' });
    await credits.adjust({ userId, credits: -494, ...by });
    const retry = { userId, action, units: 3, idempotencyKey: 'job' };
    expect(await others[1].credits.charge(retry)).toEqual({ ...first, replayed: true });
    await expect(others[1].credits.charge({ ...retry, idempotencyKey: 'next' })).rejects.toThrow(
      InsufficientCreditsError,
    );
  });

  test('with a key that a refund and a charge use at the same time lets one of them happen', async () => {
    const one = await customer();
    const calls = [verbs.refund(credits, one, 'twofold'), verbs.charge(credits, one, 'twofold')];
    const settled = await Promise.allSettled(calls);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.any(IdempotencyKeyReusedError),
    });
    await open.check();
  });
});
