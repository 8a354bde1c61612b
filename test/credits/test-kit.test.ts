import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, Injectable, Post, type INestApplication, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { CreditsService, InsufficientCreditsError, RequireCredits } from '../../src/credits/index.js';
import {
  CreditsTestingModule,
  TestCredits,
  expectBooksSum,
  race,
  type CreditsTestingOptions,
} from '../../src/credits/testing/index.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const by = { reason: 'because', actor: 'test' };

@Controller()
class Speech {
  static fails = false;

  @Post('speech')
  @RequireCredits('text_to_speech')
  speak() {
    if (Speech.fails) throw new Error('no voice');
    return { audio: 'A' };
  }
}

describe("a host's endpoint over the ledger in memory", () => {
  let app: INestApplication;
  let url: string;
  let credits: TestCredits;

  beforeEach(async () => {
    Speech.fails = false;
    const userOf = ({ headers }: { headers: Record<string, string> }) => headers['x-user'];
    const options = { prices: { text_to_speech: 7 }, wallets: { alice: 20, bob: 3 }, userOf };
    const module = await Test.createTestingModule({
      imports: [CreditsTestingModule.forRoot(options)],
      controllers: [Speech],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}/speech`;
    credits = app.get(TestCredits);
  });

  afterEach(() => app.close());

  const speak = (user: string, key?: string) =>
    fetch(url, { method: 'POST', headers: { 'x-user': user, ...(key && { 'idempotency-key': key }) } });

  test('is paid for a success, under the same providers as with a database', async () => {
    const response = await speak('alice');
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      audio: 'A',
      credits: { charged: 7, available: 13, held: 0 },
    });
    expect(app.get(CreditsService)).toBe(credits);
    credits.expectCharged('alice', 7);
    credits.expectNothingHeld('alice');
    expect(() => credits.expectCharged('alice', 14)).toThrow(
      'alice was charged 7 credits in 1 charge, not 14',
    );
  });

  test('answers 402 to whoever has too few, and nothing when it failed', async () => {
    const refused = await speak('bob');
    expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await refused.json()).toMatchObject({
      status: 402,
      required: 7,
      available: 3,
      shortfall: 4,
    });
    Speech.fails = true;
    expect((await speak('alice')).status).toBe(500);
    credits.expectCharged('alice', 0);
    credits.expectNothingHeld('alice');
  });

  test('repeats its answer under a key, byte for byte, and charges once', async () => {
    const first = await speak('alice', 'key-00000001');
    const second = await speak('alice', 'key-00000001');
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await second.text()).toBe(await first.text());
    app.get(CreditsTestingModule).expectCharged('alice', 7);
  });

  test('is 503 while the ledger fails on demand, and works again after it', async () => {
    credits.failNext('hold');
    expect((await speak('alice')).status).toBe(503);
    credits.failNext('hold', new Error('a bug'));
    expect((await speak('alice')).status).toBe(500);
    expect((await speak('alice')).status).toBe(201);
    credits.expectCharged('alice', 7);
  });

  test('fails at the verb that was named, in the order in which it was told, once each', async () => {
    credits.failNext('capture', new Error('the first'));
    credits.failNext('capture', new Error('the second'));
    credits.failNext('balance');
    const { id: holdId } = await credits.hold({ userId: 'alice', action: 'text_to_speech' });
    for (const nth of ['first', 'second'])
      await expect(credits.capture({ holdId })).rejects.toThrow(`the ${nth}`);
    await expect(credits.balance('alice')).rejects.toMatchObject({ code: 'credits_unavailable' });
    await credits.capture({ holdId });
    expect((await credits.balance('alice')).available).toBe(13);
  });

  test('counts what was charged less what was given back', async () => {
    const { entryId } = await credits.charge({ userId: 'alice', action: 'text_to_speech' });
    await credits.refund({ entryId, credits: 3, ...by });
    credits.expectCharged('alice', 4);
    expect(() => credits.expectCharged('alice', 7)).toThrow('alice was charged 4 credits in 1 charge, not 7');
    credits.expectCharged('nobody', 0);
  });

  test('sees time pass: a hold that nobody keeps expires, and so do credits', async () => {
    await credits.grant({ userId: 'carol', credits: 5, ...by, expiresAt: new Date(Date.now() + 3_600_000) });
    await credits.hold({ userId: 'carol', action: 'text_to_speech', credits: 2, ttlSeconds: 60 });
    expect(() => credits.expectNothingHeld('carol')).toThrow(
      "of carol's credits are still held: 2 for text_to_speech",
    );
    credits.timeTravel(61);
    credits.expectNothingHeld('carol');
    expect((await credits.balance('carol')).available).toBe(5);
    credits.timeTravel(3_600);
    expect((await credits.balance('carol')).available).toBe(0);
    expect((await credits.history('carol')).data.map(({ kind }) => kind)).toEqual(['expiry', 'grant']);
  });
});

describe('what the start refuses with a database, it refuses in memory', () => {
  @Injectable()
  class Resolver {
    @RequireCredits('render')
    render() {}
  }
  const prices = { render: 5 };
  const startWith = async (options: Partial<CreditsTestingOptions>, providers: Type[] = []) => {
    const imports = [CreditsTestingModule.forRoot({ prices, userOf: () => 'alice', ...options })];
    const module = await Test.createTestingModule({ imports, providers }).compile();
    return module.init();
  };

  test('a gate that guards nothing, and an option that cannot be meant', async () => {
    await expect(startWith({}, [Resolver])).rejects.toThrow(/Resolver\.render guards nothing/);
    await expect(startWith({ holdTtlSeconds: 0 })).rejects.toThrow('`holdTtlSeconds` must be');
  });

  test('and takes every option that says where a database is', async () => {
    const nowhere = { connectionString: 'postgresql://nobody@127.0.0.1:1/none' };
    const servers = [{ groups: [0, 1], pool: nowhere }];
    const module = await startWith({ groups: 2, servers, direct: nowhere, migrate: 'never' });
    await module.close();
  });
});

describe('time that a test lets pass', () => {
  test('pours what comes back, and keeps the hold of work that runs', async () => {
    const module = await Test.createTestingModule({
      imports: [CreditsTestingModule.forRoot({ prices: { render: 5 }, wallets: { alice: 5 } })],
    }).compile();
    const credits = module.get(TestCredits);
    await credits.allow({ userId: 'alice', plan: 'pro', credits: 100 });
    const crashed = await credits.hold({ userId: 'alice', action: 'render' });
    await credits.spend({ userId: 'alice', action: 'render' }, async () => {
      credits.timeTravel(40 * 86_400);
      expect(await credits.balance('alice')).toMatchObject({ held: 5, nextRefill: { credits: 100 } });
    });
    await expect(credits.capture({ holdId: crashed.id })).rejects.toMatchObject({ code: 'hold_expired' });
    credits.expectCharged('alice', 5);
    credits.failNext('allow');
    const another = credits.allow({ userId: 'alice', plan: 'more', credits: 1 });
    await expect(another).rejects.toMatchObject({ code: 'credits_unavailable' });
    await module.close();
  });
});

describe('against a real database', () => {
  let database: TestDatabase;
  let open: OpenCredits;

  beforeAll(async () => {
    database = await createTestDatabase();
    open = await openCredits(database.url);
  });

  afterAll(async () => {
    await open.close();
    await database.drop();
  });

  describe('a race on an endpoint of the host', () => {
    let userId: string;
    const stake = () => ({ client: open.dataSource, userId, credits: 5 });

    beforeEach(async () => {
      userId = randomUUID();
      await open.credits.grant({ userId, credits: 20, ...by });
    });

    /** What many a host does before it knows better. */
    async function readThenWrite(): Promise<{ status: number }> {
      const { available } = await open.credits.balance(userId);
      if (available < 5) return { status: 402 };
      await open.dataSource.query('SELECT pg_sleep(0.05)');
      await open.dataSource.query('UPDATE credits.wallets SET balance = $2 WHERE user_id = $1', [
        userId,
        available - 5,
      ]);
      return { status: 201 };
    }

    async function holdThenWork(): Promise<{ status: number }> {
      const hold = await open.credits.hold({ userId, action: 'audio_upload', credits: 5 });
      await open.dataSource.query('SELECT pg_sleep(0.05)');
      await open.credits.capture({ holdId: hold.id });
      return { status: 201 };
    }

    test('finds the update that is lost between reading and writing', async () => {
      await expect(race(8, readThenWrite, stake())).rejects.toThrow(
        /8 of 8 calls at once succeeded, which costs 40 credits, and .* paid \d+/,
      );
    });

    test('passes where the credits are held before the work', async () => {
      const results = await race(8, holdThenWork, stake());
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
      const [refused] = results.filter((result) => result.status === 'rejected');
      expect(refused!.reason).toBeInstanceOf(InsufficientCreditsError);
    });

    test('counts as refused what was answered from 400 up and what was thrown, and nothing without a stake', async () => {
      const calls: (() => Promise<unknown>)[] = [
        () => Promise.resolve({ status: 402 }),
        () => Promise.reject(new Error('no')),
        holdThenWork,
        () => open.credits.charge({ userId, action: 'audio_upload', credits: 5 }),
      ];
      const results = await race(4, (n) => calls[n]!(), stake());
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'fulfilled',
      ]);
      expect(await race(2, (n) => Promise.resolve(n))).toMatchObject([{ value: 0 }, { value: 1 }]);
      await expect(race(1, () => Promise.resolve('given away'), stake())).rejects.toThrow(
        /costs 5 .* paid 0/,
      );
      const paidTwice = () => holdThenWork().then(holdThenWork);
      await expect(race(1, paidTwice, stake())).rejects.toThrow(/costs 5 .* paid 10/);
    });

    test.each(['expectBooksSum', 'race'])('%s finds books that do not add up', async (check) => {
      await expectBooksSum(open.dataSource);
      const refuse = () => Promise.resolve({ status: 402 });
      const forging = open.dataSource.transaction(async (tx) => {
        await tx.query('ALTER TABLE credits.wallets DISABLE TRIGGER USER');
        await tx.query('UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = $1', [userId]);
        await (check === 'expectBooksSum'
          ? expectBooksSum(tx)
          : race(1, refuse, { client: tx, userId, credits: 5 }));
      });
      await expect(forging).rejects.toThrow(`${userId}: `);
    });
  });
});
