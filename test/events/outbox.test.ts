import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pseudonymFor } from '../../src/credits/ledger/wallet-hash.js';
import { openCredits } from '../support/credits.js';
import { openEvents, type OpenEvents } from './open-events.js';

// What is written, and when. The mark is 20 credits, the notice seven days.

const action = 'audio_upload';
const by = { reason: 'a test', actor: 'test' };
const DAY_MS = 86_400_000;

let open: OpenEvents;
beforeAll(async () => (open = await openEvents()));
afterAll(() => open.close());

async function somebody(credits: number, expiresAt?: Date): Promise<string> {
  const userId = `somebody-${randomUUID()}`;
  await open.credits.grant({ userId, credits, expiresAt, ...by });
  return userId;
}

const spend = (userId: string, credits: number) => open.credits.charge({ userId, action, credits });
const typesOf = async (userId: string) => (await open.told(userId)).map(({ type }) => type);

describe('a balance that comes below the mark', () => {
  test('tells once, and again only when it has risen to the mark meanwhile', async () => {
    const userId = await somebody(30);
    await spend(userId, 10);
    expect(await typesOf(userId)).toEqual([]);
    await spend(userId, 1);
    await spend(userId, 1);
    expect(await open.told(userId)).toMatchObject([
      { type: 'balance.low', data: { balance: 19, below: 20 } },
    ]);
    await open.credits.grant({ userId, credits: 1, ...by });
    await spend(userId, 1);
    expect(await typesOf(userId)).toEqual(['balance.low']);
    await open.credits.grant({ userId, credits: 3, ...by });
    await spend(userId, 2);
    expect(await typesOf(userId)).toEqual(['balance.low', 'balance.low']);
  });

  test('tells when it is used up, beside being low if both happen at once', async () => {
    const userId = await somebody(25);
    await spend(userId, 25);
    expect((await typesOf(userId)).sort()).toEqual(['balance.exhausted', 'balance.low']);
    await open.credits.grant({ userId, credits: 5, ...by });
    await spend(userId, 5);
    expect((await typesOf(userId)).sort()).toEqual(['balance.exhausted', 'balance.exhausted', 'balance.low']);
  });

  test('tells by what is owned: holds come and go', async () => {
    const userId = await somebody(25);
    const { id: holdId } = await open.credits.hold({ userId, action, credits: 20 });
    expect(await typesOf(userId)).toEqual([]);
    await open.credits.capture({ holdId, credits: 20 });
    expect(await typesOf(userId)).toEqual(['balance.low']);
  });

  test('tells of an edit by hand, of an expiry, and of what is settled with an allowance', async () => {
    const byHand = await somebody(30);
    await open.sql.query('UPDATE credits.wallets SET balance = 5 WHERE user_id = $1', [byHand]);
    expect(await typesOf(byHand)).toEqual(['balance.low']);

    const expiring = await somebody(30, new Date(Date.now() + 300));
    const allowed = await somebody(30, new Date(Date.now() + 300));
    await open.sql.query('SELECT pg_sleep(0.4)');
    expect(await open.credits.balance(expiring)).toMatchObject({ balance: 0 });
    expect((await typesOf(expiring)).sort()).toEqual([
      'balance.exhausted',
      'balance.low',
      'credits.expiring',
    ]);
    const anchor = new Date(Date.now() + DAY_MS);
    await open.credits.allow({ userId: allowed, plan: 'pro', credits: 50, anchor });
    expect((await typesOf(allowed)).sort()).toEqual(['balance.exhausted', 'balance.low', 'credits.expiring']);
  });

  test('tells once in a flood of 1,000 charges over two connections of their own', async () => {
    const userId = await somebody(1_000);
    const other = await openCredits(open.url);
    const charges = await Promise.allSettled(
      Array.from({ length: 1_000 }, (_, n) =>
        (n % 2 === 0 ? open : other).credits.charge({ userId, action, credits: 1 }),
      ),
    );
    await other.close();
    expect(charges.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect((await typesOf(userId)).sort()).toEqual(['balance.exhausted', 'balance.low']);
  });
});

describe('what did not happen', () => {
  test('is not told: a transaction that is rolled back leaves no event', async () => {
    const userId = await somebody(30);
    const undone = open.dataSource.transaction(async (tx) => {
      await open.credits.charge({ userId, action, credits: 30 }, { tx });
      await open.outbox.write({ type: 'subscription.ended', userId, data: { plan: 'PRO' } }, { tx });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await open.told(userId)).toEqual([]);
    await open.dataSource.transaction((tx) => open.credits.charge({ userId, action, credits: 30 }, { tx }));
    expect((await typesOf(userId)).sort()).toEqual(['balance.exhausted', 'balance.low']);
  });

  test('nothing is written where nobody listens, nor 30 days after the last who did', async () => {
    const silent = await openEvents({ isHeard: false });
    await silent.credits.grant({ userId: 'alice', credits: 30, ...by });
    await silent.credits.charge({ userId: 'alice', action, credits: 30 });
    expect(await silent.told('alice')).toEqual([]);
    await silent.courier({ types: ['balance.low'] });
    const again = async () => {
      await silent.credits.grant({ userId: 'alice', credits: 30, ...by });
      await silent.credits.charge({ userId: 'alice', action, credits: 30 });
      return (await silent.told('alice')).map(({ type }) => type);
    };
    expect(await again()).toEqual(['balance.low']);
    await silent.sql.query('UPDATE credits.event_listeners SET until = clock_timestamp()');
    expect(await again()).toEqual(['balance.low']);
    await silent.close();
  });
});

describe('other causes', () => {
  test('a wallet that begins to owe tells it once, however much more it owes', async () => {
    const userId = `somebody-${randomUUID()}`;
    const { entryId } = await open.credits.grant({ userId, credits: 100, ...by });
    await spend(userId, 100);
    await open.credits.clawback({ entryId, credits: 40, ...by });
    await open.credits.clawback({ entryId, credits: 60, ...by });
    const told = await open.told(userId);
    expect(told.map(({ type }) => type).sort()).toEqual(['balance.exhausted', 'balance.low', 'wallet.owes']);
    expect(told.find(({ type }) => type === 'wallet.owes')?.data).toEqual({ owed: 40 });
  });

  test('each refill tells once, with its plan', async () => {
    const userId = `somebody-${randomUUID()}`;
    const anchor = new Date(Date.now() - 40 * DAY_MS);
    await open.credits.allow({ userId, plan: 'pro', credits: 50, anchor, carry: 0 });
    const told = (await open.told(userId)).filter(({ type }) => type === 'credits.refilled');
    expect(told.map(({ data }) => [data['plan'], data['credits'], data['balance']])).toEqual([
      ['pro', 50, 50],
      ['pro', 50, 50],
    ]);
    await open.credits.balance(userId);
    expect((await typesOf(userId)).filter((type) => type === 'credits.refilled')).toHaveLength(2);
  });

  test('a user without a wallet gets an empty one; a cause that is found again tells once', async () => {
    const userId = `somebody-${randomUUID()}`;
    const event = {
      type: 'purchase.failed',
      userId,
      data: { purchaseId: 'p' },
      once: `p-${userId}`,
    } as const;
    for (let time = 0; time < 2; time += 1)
      await open.dataSource.transaction((tx) => open.outbox.write(event, { tx }));
    expect(await open.told(userId)).toMatchObject([{ type: 'purchase.failed', data: { purchaseId: 'p' } }]);
    expect(await open.credits.balance(userId)).toMatchObject({ balance: 0, version: 0 });
  });

  test('its id carries the group of its wallet, like every other id of it', async () => {
    const userId = await somebody(30);
    await spend(userId, 30);
    const { data } = await open.credits.history(userId);
    const [event] = await open.told(userId);
    expect(event!.id.slice(14, 18)).toBe(data[0]!.id.slice(14, 18));
  });
});

describe('credits that will expire', () => {
  const notices = async (userId: string) =>
    (await open.told(userId)).filter(({ type }) => type === 'credits.expiring').map(({ data }) => data);

  /** As if it were so many days later for grants: they are made so much earlier than they say. */
  async function daysLater(days: number): Promise<void> {
    await open.sql.query(
      `ALTER TABLE credits.grant_terms DISABLE TRIGGER grant_terms_append_only;
       UPDATE credits.grant_terms SET expires_at = expires_at - interval '${days} days';
       ALTER TABLE credits.grant_terms ENABLE TRIGGER grant_terms_append_only`,
    );
  }

  test('are told seven days before, once for each grant, by what is left of it', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
    const [soon, spent, later] = [
      await somebody(50, inDays(10)),
      await somebody(50, inDays(10)),
      await somebody(50, inDays(20)),
    ];
    await spend(soon, 20);
    await spend(spent, 50);
    expect(await open.notices.sweep()).toBe(0);
    await daysLater(4);
    expect(await open.notices.sweep()).toBeGreaterThanOrEqual(2);
    await open.notices.sweep();
    expect(await notices(soon)).toMatchObject([{ credits: 30, plan: null }]);
    expect(Date.parse(String((await notices(soon))[0]!['expiresAt']))).toBeGreaterThan(Date.now());
    expect(await notices(spent)).toEqual([]);
    expect(await notices(later)).toEqual([]);
    await open.sql.query(`UPDATE credits.event_settings SET noticed_to = '-infinity'`);
    await open.notices.sweep();
    expect(await notices(soon)).toHaveLength(1);
  });

  test('of a grant that is shorter than the notice are told when it is given', async () => {
    const userId = await somebody(50, new Date(Date.now() + 3 * DAY_MS));
    expect(await notices(userId)).toMatchObject([{ credits: 50 }]);
  });

  test('name their plan when they come back by themselves', async () => {
    const userId = `somebody-${randomUUID()}`;
    const until = new Date(Date.now() + 2 * DAY_MS);
    await open.credits.allow({ userId, plan: 'pro', credits: 50, until });
    expect(await notices(userId)).toMatchObject([{ credits: 50, plan: 'pro' }]);
  });
});

test('an erasure empties what was told and what waits, and nothing is told of them afterwards', async () => {
  const userId = await somebody(30);
  await open.credits.grant({ userId, credits: 5, expiresAt: new Date(Date.now() + 300), ...by });
  await spend(userId, 25);
  await open.sql.query(
    `UPDATE credits.outbox SET state = 'delivered', due_at = NULL
      WHERE type = 'credits.expiring' AND wallet = (SELECT number FROM credits.wallets WHERE user_id = $1)`,
    [userId],
  );
  const pseudonym = pseudonymFor(userId);
  await open.sql.query('SELECT credits.erase($1, $2, $3, $4, $5)', [
    userId,
    pseudonym,
    'hash',
    'asked',
    'test',
  ]);
  await open.sql.query('SELECT pg_sleep(0.4)');
  await open.credits.balance(pseudonym);
  expect(await open.told(userId)).toEqual([]);
  const told = await open.told(pseudonym);
  expect(told.map(({ type, state, data }) => [type, state, data]).sort()).toEqual([
    ['balance.low', 'erased', {}],
    ['credits.expiring', 'delivered', {}],
  ]);
  const { rows } = await open.sql.query(
    `SELECT FROM credits.outbox WHERE outbox::text LIKE '%' || $1 || '%'`,
    [userId],
  );
  expect(rows).toEqual([]);
});
