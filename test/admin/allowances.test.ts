import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openDesk } from './desk.js';

const desk = openDesk({
  CREDIT_SIGNUP_GRANT: '100',
  CREDIT_MONTHLY_GRANT: '50',
  CREDIT_MONTHLY_CARRY: '10',
  CREDIT_TIME_ZONE: 'Europe/Berlin',
});

const balanceOf = async (userId: string, claims = {}) =>
  (await desk.product.call(userId, '/api/credits', {}, claims)).body;

const wanted = { plan: 'pro', credits: 1_000, carry: 300, reason: 'order 4711' };

describe('the monthly grant', () => {
  test('comes to a new user at once, once, and again a month later', async () => {
    const userId = `monthly-${randomUUID()}`;
    const looks = await Promise.all(Array.from({ length: 10 }, () => balanceOf(userId)));
    expect(looks.map(({ balance }) => balance as number)).toEqual(Array(10).fill(150));
    const { body } = await desk.get(`wallets/${userId}`);
    expect(body.allowances).toMatchObject([
      { plan: 'monthly', credits: 50, carry: 10, months: 1, timeZone: 'Europe/Berlin', endedAt: null },
    ]);
    const { nextAt } = body.allowances[0];
    expect(await balanceOf(userId)).toMatchObject({ nextRefill: { at: nextAt, credits: 50 } });
    expect(Date.parse(nextAt) - Date.now()).toBeGreaterThan(27 * 86_400_000);
  });

  test('comes to nobody who is anonymous, and to nobody who was erased', async () => {
    const anonymous = `anonymous-${randomUUID()}`;
    expect(await balanceOf(anonymous, { is_anonymous: true })).toMatchObject({
      balance: 0,
      nextRefill: null,
    });
    const userId = `gone-${randomUUID()}`;
    await balanceOf(userId);
    const { body } = await desk.erase(userId);
    expect(await balanceOf(userId)).toMatchObject({ balance: 0, nextRefill: null });
    const { body: file } = await desk.get(`wallets/${encodeURIComponent(body.pseudonym)}`);
    expect(file.allowances).toMatchObject([{ plan: 'erased', nextAt: null, endedAt: expect.any(String) }]);
  });

  test('switched on later gives a wallet that is there its first at its next monthly day', async () => {
    const userId = `before-${randomUUID()}`;
    await desk.credits.setMonthlyGrant({ credits: 0, carry: 0, timeZone: 'UTC' });
    await desk.credits.grant({ userId, credits: 7, reason: 'to be there', actor: 'test' });
    await desk.credits.setMonthlyGrant({ credits: 50, carry: 10, timeZone: 'Europe/Berlin' });
    await desk.credits.allowMonthlyGrant(userId);
    expect(await desk.credits.balance(userId)).toMatchObject({ balance: 7, nextRefill: { credits: 50 } });
  });

  test('changed counts from the next period; 0 shows no refill any more', async () => {
    const userId = `changed-${randomUUID()}`;
    await balanceOf(userId);
    await desk.credits.setMonthlyGrant({ credits: 80, carry: 10, timeZone: 'Europe/Berlin' });
    expect(await desk.credits.balance(userId)).toMatchObject({ balance: 150, nextRefill: { credits: 80 } });
    await desk.credits.setMonthlyGrant({ credits: 0, carry: 0, timeZone: 'Europe/Berlin' });
    expect(await desk.credits.balance(userId)).toMatchObject({ balance: 150, nextRefill: null });
    await desk.credits.setMonthlyGrant({ credits: 50, carry: 10, timeZone: 'Europe/Berlin' });
  });
});

describe('an operator', () => {
  test('gives credits that come back, and the request’s key gives them once', async () => {
    const userId = `planned-${randomUUID()}`;
    const key = randomUUID();
    const { status, body } = await desk.post(`wallets/${userId}/allowances`, wanted, key);
    expect([status, body.wallet.available]).toEqual([201, 1_000]);
    expect(body.allowance).toMatchObject({
      plan: 'pro',
      credits: 1_000,
      carry: 300,
      timeZone: 'Europe/Berlin',
      reason: 'order 4711',
      actor: 'root',
    });
    const again = await desk.post(`wallets/${userId}/allowances`, wanted, key);
    expect([again.status, again.body]).toEqual([201, body]);
    expect((await desk.get(`wallets/${userId}`)).body.allowances).toHaveLength(1);
  });

  test('hears what is wrong with it, and that somebody was erased', async () => {
    const userId = `refused-${randomUUID()}`;
    const path = `wallets/${userId}/allowances`;
    for (const wrong of [{ anchor: '2001-01-01T00:00:00Z' }, { timeZone: 'Mars/Base' }, { months: 0 }]) {
      const { status, body } = await desk.post(path, { ...wanted, ...wrong });
      expect([status, body.code]).toEqual([400, 'validation_failed']);
    }
    await desk.post(path, wanted);
    const { body: erased } = await desk.erase(userId);
    for (const who of [userId, erased.pseudonym]) {
      const { status } = await desk.post(`wallets/${encodeURIComponent(who)}/allowances`, wanted);
      expect(status).toBe(403);
    }
  });
});
