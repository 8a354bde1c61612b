import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openSubscribers } from './subscribers.js';

const subscribers = openSubscribers();

describe('the monthly grant', () => {
  test('begins with the month that runs for somebody who comes while it is on', async () => {
    const monthly = { carry: 0, timeZone: 'UTC' };
    const newcomer = `newcomer-${randomUUID()}`;
    await subscribers.open.setClock(Date.parse('2126-03-10T10:00:00Z'));
    await subscribers.open.credits.setMonthlyGrant({ credits: 0, ...monthly });
    await subscribers.open.credits.setMonthlyGrant({ credits: 50, ...monthly });
    await subscribers.open.setClock(Date.parse('2126-03-20T10:00:00Z'));
    await subscribers.open.credits.allowMonthlyGrant(newcomer);
    const { available, nextRefill } = await subscribers.open.credits.balance(newcomer);
    expect([available, nextRefill?.at]).toEqual([50, '2126-04-20T10:00:00.000Z']);
  });

  test('gives a wallet that was there for months while it was on the month that runs, and none before', async () => {
    const monthly = { carry: 0, timeZone: 'UTC' };
    const userId = `quiet-${randomUUID()}`;
    await subscribers.open.setClock(Date.parse('2126-05-10T10:00:00Z'));
    await subscribers.open.credits.setMonthlyGrant({ credits: 0, ...monthly });
    await subscribers.open.credits.setMonthlyGrant({ credits: 50, ...monthly });
    await subscribers.open.credits.grant({ userId, credits: 5, reason: 'a gift', actor: 'test' });
    await subscribers.open.setClock(Date.parse('2126-08-20T10:00:00Z'));
    await subscribers.open.credits.allowMonthlyGrant(userId);
    const { data } = await subscribers.open.credits.history(userId);
    expect(data.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual(['grant 50', 'grant 5']);
  });

  test('comes once a month wherever midnight is said to be, also when it was off for a while', async () => {
    const zones = ['Europe/Berlin', 'Pacific/Auckland', 'America/Los_Angeles', 'UTC'];
    const start = Date.parse('2127-01-31T10:00:00Z');
    const userId = `somebody-${randomUUID()}`;
    for (let n = 0; n < 360; n += 1) {
      await subscribers.open.setClock(start + n * 12 * 3_600_000);
      const monthly = { carry: 0, timeZone: zones[n % zones.length]! };
      if (n % 50 === 49) await subscribers.open.credits.setMonthlyGrant({ credits: 0, ...monthly });
      await subscribers.open.credits.setMonthlyGrant({ credits: 50, ...monthly });
      await subscribers.open.credits.allowMonthlyGrant(userId);
      await subscribers.open.credits.balance(userId);
    }
    const { rows } = await subscribers.open.sql.query<{ days: number }>(
      `SELECT extract(epoch FROM created_at - lag(created_at) OVER (ORDER BY version))::float8 / 86400 AS days
         FROM credits.entries WHERE user_id = $1 AND kind = 'grant' OFFSET 1`,
      [userId],
    );
    // 180 days hold six months and a bit.
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const { days } of rows) expect(days).toBeGreaterThan(27);
    await subscribers.open.check();
  });
});
