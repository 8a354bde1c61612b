import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openSubscribers } from './subscribers.js';

const action = 'audio_upload';

const subscribers = openSubscribers();

describe('a refill', () => {
  test('is poured at its instant, from the anchor each time, and says its plan', async () => {
    const { userId } = await subscribers.somebody({ anchor: '2127-01-31T10:00:00Z' });
    expect(await subscribers.look(userId)).toEqual({
      balance: 1_000,
      held: 0,
      next: '2127-02-28T10:00:00.000Z',
    });
    await subscribers.spend(userId, 600);
    expect(await subscribers.look(userId, '2127-02-28T09:59:59.999Z')).toMatchObject({ balance: 400 });
    expect(await subscribers.look(userId, '2127-02-28T10:00:00Z')).toMatchObject({
      balance: 1_000,
      next: '2127-03-31T10:00:00.000Z',
    });
    const { data } = await subscribers.open.credits.history(userId, { kind: 'grant' });
    expect(data[0]).toMatchObject({ reason: 'refill: pro', actor: 'ledger', amount: 1_000 });
    expect(await subscribers.entries(userId)).toEqual([
      'grant 1000',
      'charge -600',
      'expiry -400',
      'grant 1000',
    ]);
    await subscribers.open.check();
  });

  test('pays what is owed first, month after month, and never leaves an owing wallet with credits to spend', async () => {
    const { userId } = await subscribers.somebody({ anchor: '2127-06-15T00:00:00Z', carry: 300 });
    const by = { reason: 'the money went back', actor: 'test' };
    const { entryId } = await subscribers.open.credits.grant({ userId, credits: 2_500, ...by });
    await subscribers.spend(userId, 3_500);
    await subscribers.open.credits.clawback({ entryId, credits: 2_500, ...by });
    expect(await subscribers.open.credits.balance(userId)).toMatchObject({ balance: 0, owed: 2_500 });
    await subscribers.at('2127-07-15T00:00:00Z');
    expect(await subscribers.open.credits.balance(userId)).toMatchObject({ balance: 0, owed: 1_500 });
    await subscribers.at('2127-09-15T00:00:00Z');
    expect(await subscribers.open.credits.balance(userId)).toMatchObject({
      balance: 500,
      available: 500,
      owed: 0,
    });
    await subscribers.open.check();
  });

  test('is there for the charge and the hold that come at the very instant', async () => {
    const { userId } = await subscribers.somebody({ anchor: '2127-04-30T00:00:00Z' });
    await subscribers.spend(userId, 1_000);
    await subscribers.at('2127-05-29T23:59:59.999Z');
    await expect(subscribers.spend(userId, 1)).rejects.toMatchObject({
      code: 'insufficient_credits',
      facts: { nextRefill: { at: '2127-05-30T00:00:00.000Z', credits: 1_000 } },
    });
    await subscribers.at('2127-05-30T00:00:00Z');
    const [charge, hold] = await Promise.all([
      subscribers.spend(userId, 400),
      subscribers.open.credits.hold({ userId, action, credits: 600 }),
    ]);
    expect([charge.charged, hold.amount]).toEqual([400, 600]);
    expect(await subscribers.look(userId)).toMatchObject({ balance: 600, held: 600 });
    await subscribers.open.credits.release({ holdId: hold.id });
  });

  test('comes once, whoever looks, charges and sweeps at its instant', async () => {
    const { userId } = await subscribers.somebody({ anchor: '2127-06-30T00:00:00Z' });
    await subscribers.at('2127-07-30T00:00:00Z');
    const looks = Array.from({ length: 20 }, () => [
      subscribers.look(userId),
      subscribers.spend(userId, 1),
      subscribers.open.ledger.apply({ verb: 'settle', user_id: userId }),
      subscribers.open.sql.query('UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = $1', [
        userId,
      ]),
    ]);
    await Promise.all(looks.flat());
    expect(await subscribers.look(userId)).toMatchObject({ balance: 1_000 });
    expect((await subscribers.entries(userId)).filter((entry) => entry === 'grant 1000')).toHaveLength(2);
    await subscribers.open.check();
  });

  test('that nobody saw is poured in its turn, and what it left expires before the next', async () => {
    const { userId } = await subscribers.somebody({ anchor: '2127-01-31T10:00:00Z', carry: 300 });
    expect(await subscribers.look(userId, '2127-06-15T00:00:00Z')).toMatchObject({
      balance: 1_300,
      next: '2127-06-30T10:00:00.000Z',
    });
    const month = ['expiry -700', 'grant 1000'];
    const later = ['expiry -300', 'expiry -700', 'grant 1000'];
    expect(await subscribers.entries(userId)).toEqual(['grant 1000', ...month, ...later, ...later, ...later]);
    const seen = await subscribers.entries(userId);
    await subscribers.look(userId);
    expect(await subscribers.entries(userId)).toEqual(seen);
    await subscribers.open.check();
  });

  test('comes twelve times when a year is paid at once, and none after', async () => {
    const { userId } = await subscribers.somebody({
      credits: 100,
      anchor: '2128-02-29T00:00:00+01:00',
      until: '2129-02-28T00:00:00+01:00',
      timeZone: 'Europe/Berlin',
    });
    await subscribers.look(userId, '2128-12-01T00:00:00Z');
    expect(await subscribers.look(userId, '2130-01-01T00:00:00Z')).toEqual({
      balance: 0,
      held: 0,
      next: null,
    });
    const grants = (await subscribers.entries(userId)).filter((entry) => entry.startsWith('grant'));
    expect(grants).toHaveLength(12);
  });

  test('ends in the middle of its period when the allowance lasts until then', async () => {
    const { userId } = await subscribers.somebody({
      anchor: '2127-01-10T00:00:00Z',
      until: '2127-02-20T00:00:00Z',
    });
    expect(await subscribers.look(userId, '2127-02-19T00:00:00Z')).toMatchObject({
      balance: 1_000,
      next: null,
    });
    expect(await subscribers.look(userId, '2127-02-20T00:00:00Z')).toMatchObject({ balance: 0, next: null });
  });

  test('of several allowances come in the order of their instants, and are told together', async () => {
    const anchor = '2127-03-01T00:00:00Z';
    const { userId } = await subscribers.somebody({ anchor, credits: 10 });
    await subscribers.open.credits.allow({ userId, plan: 'more', credits: 5, anchor, carry: 5 });
    await subscribers.open.credits.allow({ userId, plan: 'yearly', credits: 7, anchor, months: 12 });
    expect(await subscribers.open.credits.balance(userId)).toMatchObject({
      balance: 22,
      nextRefill: { at: '2127-04-01T00:00:00.000Z', credits: 15 },
    });
    expect(await subscribers.look(userId, '2127-04-01T00:00:00Z')).toMatchObject({ balance: 27 });
    await subscribers.open.check();
  });

  test('never makes more than a balance may be, and closes no wallet', async () => {
    const { userId } = await subscribers.somebody({ anchor: '2127-03-01T00:00:00Z', credits: 10 });
    const { balance } = await subscribers.open.credits.balance(userId);
    const most = Number.MAX_SAFE_INTEGER;
    await subscribers.open.credits.grant({ userId, credits: most - balance, reason: 'all', actor: 'test' });
    expect(await subscribers.look(userId, '2127-04-01T00:00:00Z')).toMatchObject({ balance: most });
    await subscribers.open.credits.adjust({ userId, credits: -10, reason: 'room', actor: 'test' });
    await subscribers.open.credits.grant({ userId, credits: 4, reason: 'less of it', actor: 'test' });
    expect(await subscribers.look(userId, '2127-05-01T00:00:00Z')).toMatchObject({ balance: most });
    await subscribers.open.check();
  });
});

describe('an allowance', () => {
  test('whose anchor lies in the past pours every period since then at once', async () => {
    await subscribers.at('2127-04-15T00:00:00Z');
    const userId = `late-${randomUUID()}`;
    const anchor = '2127-01-01T00:00:00Z';
    const made = await subscribers.open.credits.allow({ userId, plan: 'pro', credits: 10, anchor, carry: 5 });
    expect(made).toMatchObject({ nextAt: '2127-05-01T00:00:00.000Z', endedAt: null, replayed: false });
    expect(await subscribers.look(userId)).toMatchObject({ balance: 15 });
    expect((await subscribers.entries(userId)).filter((entry) => entry === 'grant 10')).toHaveLength(4);
  });

  test('whose anchor lies ahead pours nothing before it', async () => {
    await subscribers.at('2127-04-15T00:00:00Z');
    const userId = `early-${randomUUID()}`;
    await subscribers.open.credits.allow({
      userId,
      plan: 'pro',
      credits: 10,
      anchor: '2127-05-01T00:00:00Z',
    });
    expect(await subscribers.look(userId)).toEqual({ balance: 0, held: 0, next: '2127-05-01T00:00:00.000Z' });
    expect(await subscribers.look(userId, '2127-05-01T00:00:00Z')).toMatchObject({ balance: 10 });
  });

  test('may begin at most 120 periods back', async () => {
    await subscribers.at('2127-04-15T00:00:00Z');
    const wanted = { userId: `old-${randomUUID()}`, plan: 'pro', credits: 1 };
    const refused = { code: 'validation_failed', facts: { errors: [{ path: 'anchor' }] } };
    await expect(
      subscribers.open.credits.allow({ ...wanted, anchor: '2117-04-14T23:59:59Z' }),
    ).rejects.toMatchObject(refused);
    expect(await subscribers.open.credits.balance(wanted.userId)).toMatchObject({ version: 0 });
    await subscribers.open.credits.allow({ ...wanted, anchor: '2117-04-15T00:00:00Z' });
    expect((await subscribers.entries(wanted.userId)).filter((entry) => entry === 'grant 1')).toHaveLength(
      121,
    );
  });

  test.each([
    ['userId', { userId: '' }],
    ['plan', { plan: '' }],
    ['credits', { credits: 0 }],
    ['credits', { credits: 1.5 }],
    ['months', { months: 0 }],
    ['months', { months: 121 }],
    ['carry', { carry: -1 }],
    ['anchor', { anchor: 'soon' }],
    ['until', { until: '2127-01-01T00:00:00Z', anchor: '2127-01-01T00:00:00Z' }],
    ['timeZone', { timeZone: '+01:00' }],
    ['timeZone', { timeZone: 'Europe/Nowhere' }],
    ['timeZone', { timeZone: "UTC'; --" }],
  ])('with a wrong %s is refused, and opens no wallet', async (path, terms) => {
    const wanted = { userId: `wrong-${randomUUID()}`, plan: 'pro', credits: 1 };
    await expect(subscribers.open.credits.allow({ ...wanted, ...terms })).rejects.toMatchObject({
      code: 'validation_failed',
      facts: { errors: [{ path }] },
    });
    const { rows } = await subscribers.open.sql.query('SELECT FROM credits.wallets WHERE user_id = $1', [
      wanted.userId,
    ]);
    expect(rows).toEqual([]);
  });

  test('is made once under its key', async () => {
    const userId = `keyed-${randomUUID()}`;
    const wanted = {
      userId,
      plan: 'pro',
      credits: 10,
      anchor: '2127-04-15T00:00:00Z',
      idempotencyKey: 'once',
    };
    await subscribers.at(wanted.anchor);
    const [one, other] = await Promise.all([
      subscribers.open.credits.allow(wanted),
      subscribers.open.credits.allow(wanted),
    ]);
    expect(one.id).toBe(other.id);
    expect([one.replayed, other.replayed].sort()).toEqual([false, true]);
    expect(await subscribers.look(userId)).toMatchObject({ balance: 10 });
    await expect(subscribers.open.credits.allow({ ...wanted, credits: 11 })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  test('that was ended pours nothing more, and leaves what it poured its period', async () => {
    const { userId, id } = await subscribers.somebody({ anchor: '2127-01-01T00:00:00Z' });
    await subscribers.at('2127-02-10T00:00:00Z');
    const ended = await subscribers.open.credits.endAllowance({ id });
    expect(ended).toMatchObject({ id, nextAt: null, endedAt: '2127-02-10T00:00:00.000Z' });
    expect(await subscribers.open.credits.endAllowance({ id })).toEqual(ended);
    expect(await subscribers.look(userId)).toEqual({ balance: 1_000, held: 0, next: null });
    expect(await subscribers.look(userId, '2127-03-01T00:00:00Z')).toMatchObject({ balance: 0 });
    await expect(subscribers.open.credits.endAllowance({ id: randomUUID() })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('commits or rolls back with the caller’s transaction', async () => {
    const userId = `tx-${randomUUID()}`;
    await subscribers.at('2127-04-15T00:00:00Z');
    const rolledBack = subscribers.open.dataSource.transaction(async (tx) => {
      await subscribers.open.credits.allow({ userId, plan: 'pro', credits: 10 }, { tx });
      throw new Error('on second thoughts');
    });
    await expect(rolledBack).rejects.toThrow('on second thoughts');
    expect(await subscribers.open.credits.allowances(userId)).toEqual([]);
    await subscribers.open.dataSource.transaction((tx) =>
      subscribers.open.credits.allow({ userId, plan: 'pro', credits: 10 }, { tx }),
    );
    expect(await subscribers.open.credits.allowances(userId)).toMatchObject([{ plan: 'pro', credits: 10 }]);
  });
});
