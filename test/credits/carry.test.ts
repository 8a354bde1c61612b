import { describe, expect, test } from '@jest/globals';
import { openSubscribers } from './subscribers.js';

const action = 'audio_upload';

const subscribers = openSubscribers();

describe('what is left over', () => {
  test.each([
    [0, ['expiry -400', 'grant 1000'], 1_000],
    [300, ['expiry -100', 'grant 1000'], 1_300],
    [400, ['grant 1000'], 1_400],
    [5_000, ['grant 1000'], 1_400],
  ])('is carried up to a cap of %i', async (carry, moved, balance) => {
    const { userId } = await subscribers.somebody({ anchor: '2127-01-31T10:00:00Z', carry });
    await subscribers.spend(userId, 600);
    expect(await subscribers.look(userId, '2127-02-28T10:00:00Z')).toMatchObject({ balance });
    expect((await subscribers.entries(userId)).slice(2)).toEqual(moved);
    await subscribers.open.check();
  });

  test('burns before the new credits, and those before what was bought', async () => {
    const { userId } = await subscribers.somebody({ anchor: '2127-01-31T10:00:00Z', carry: 300 });
    await subscribers.open.credits.grant({ userId, credits: 50, reason: 'bought', actor: 'shop' });
    await subscribers.at('2127-02-28T10:00:00Z');
    await subscribers.spend(userId, 400);
    const left = await subscribers.open.sql.query<{ reason: string; remaining: string }>(
      'SELECT reason, remaining FROM credits.grants WHERE user_id = $1 AND remaining > 0 ORDER BY burn_order',
      [userId],
    );
    expect(left.rows).toEqual([
      { reason: 'refill: pro', remaining: '900' },
      { reason: 'bought', remaining: '50' },
    ]);
  });

  test('of a carry is carried again only when it was left again, newest first', async () => {
    const { userId } = await subscribers.somebody({
      anchor: '2127-01-01T00:00:00Z',
      credits: 100,
      carry: 60,
    });
    await subscribers.spend(userId, 40);
    await subscribers.look(userId, '2127-02-01T00:00:00Z');
    await subscribers.spend(userId, 30);
    expect(await subscribers.look(userId, '2127-03-01T00:00:00Z')).toMatchObject({ balance: 160 });
    expect(await subscribers.entries(userId)).toEqual([
      'grant 100',
      'charge -40',
      'grant 100',
      'charge -30',
      'expiry -30',
      'expiry -40',
      'grant 100',
    ]);
    await subscribers.open.check();
  });

  test('stays of the grant that it came of: what is left, taken back, lapsed and given again', async () => {
    const { credits, sql } = subscribers.open;
    const by = { reason: 'the money went back', actor: 'test' };
    const { userId } = await subscribers.somebody({
      anchor: '2127-01-01T00:00:00Z',
      credits: 100,
      carry: 150,
    });
    // Burns before all that comes with a plan.
    await credits.grant({ userId, credits: 7, priority: 10, ...by });
    const { rows } = await sql.query<{ id: string }>(
      `SELECT id FROM credits.entries WHERE user_id = $1 AND kind = 'grant' ORDER BY version LIMIT 1`,
      [userId],
    );
    const entryId = rows[0]!.id;
    await subscribers.look(userId, '2127-02-01T00:00:00Z');
    // Into March go the 100 of February, and 50 of January's 100: the other 50 lapse.
    await subscribers.look(userId, '2127-03-01T00:00:00Z');
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 50, lapsed: 50, spent: 0 });
    const { rows: carried } = await sql.query<{ remaining: string }>(
      `SELECT remaining FROM credits.grants WHERE user_id = $1 AND reason = 'carried over' AND remaining > 0
        ORDER BY burn_order`,
      [userId],
    );
    expect(carried.map(({ remaining }) => remaining)).toEqual(['50', '100']);
    const charge = await subscribers.spend(userId, 7 + 10);
    await credits.clawback({ entryId, credits: 30, ...by });
    expect(await credits.grantState({ entryId })).toMatchObject({
      left: 10,
      lapsed: 50,
      takenBack: 30,
      spent: 10,
    });
    await credits.restore({ entryId, credits: 20, ...by });
    expect(await credits.grantState({ entryId })).toMatchObject({ left: 30, takenBack: 10 });
    // What was carried lapses in April; what comes back of a charge then is of it, too.
    await subscribers.look(userId, '2127-04-01T00:00:00Z');
    await credits.refund({ entryId: charge.entryId, ...by });
    expect(await credits.grantState({ entryId })).toMatchObject({
      left: 30,
      lapsed: 60,
      takenBack: 10,
      spent: 0,
    });
    await subscribers.open.check();
  });

  test('is taken back before anything else, though other credits burn before it', async () => {
    const { credits } = subscribers.open;
    const by = { reason: 'the money went back', actor: 'test' };
    const { userId } = await subscribers.somebody({
      anchor: '2127-01-01T00:00:00Z',
      credits: 100,
      carry: 60,
    });
    const { data } = await credits.history(userId, { kind: 'grant' });
    await subscribers.look(userId, '2127-02-01T00:00:00Z');
    await credits.grant({ userId, credits: 50, priority: 10, ...by });
    await credits.clawback({ entryId: data[0]!.id, credits: 60, ...by });
    const left = await subscribers.open.sql.query<{ remaining: string }>(
      'SELECT remaining FROM credits.grants WHERE user_id = $1 AND remaining > 0 ORDER BY burn_order',
      [userId],
    );
    expect(left.rows.map(({ remaining }) => remaining)).toEqual(['50', '100']);
    await subscribers.open.check();
  });

  test.each([
    ['captured', 110],
    ['released', 130],
    ['expired', 130],
  ])('under a hold that is %s after the boundary', async (end, balance) => {
    const { userId } = await subscribers.somebody({
      anchor: '2127-01-01T00:00:00Z',
      credits: 100,
      carry: 30,
    });
    await subscribers.at('2127-01-31T23:59:00Z');
    const { id } = await subscribers.open.credits.hold({ userId, action, credits: 90, ttlSeconds: 3_600 });
    expect(await subscribers.look(userId, '2127-02-01T00:00:00Z')).toMatchObject({ balance: 200, held: 90 });
    await subscribers.open.check();
    if (end === 'captured') await subscribers.open.credits.capture({ holdId: id });
    if (end === 'released') await subscribers.open.credits.release({ holdId: id });
    if (end === 'expired') await subscribers.at('2127-02-01T01:00:00Z');
    expect(await subscribers.look(userId)).toMatchObject({ balance, held: 0 });
    await subscribers.open.check();
  });
});
