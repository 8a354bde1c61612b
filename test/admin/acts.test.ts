import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ADMIN, openDesk } from './desk.js';

const desk = openDesk();
const action = 'premium_export';

describe('an operator gives credits', () => {
  test('and the entry says how many, why and by whom; a wallet that was not there is opened', async () => {
    const userId = `new-${randomUUID()}`;
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const terms = { category: 'compensation', priority: 10, expiresAt };
    const { status, body } = await desk.post(`wallets/${userId}/grants`, {
      amount: 25,
      reason: 'for the outage',
      ...terms,
    });
    expect(status).toBe(201);
    expect(body.entry).toMatchObject({
      kind: 'grant',
      amount: 25,
      balanceAfter: 25,
      reason: 'for the outage',
      actor: ADMIN,
    });
    expect(body.grant).toMatchObject({ amount: 25, remaining: 25, reason: 'for the outage', ...terms });
    expect(body.wallet).toMatchObject({ userId, balance: 25, available: 25, held: 0, version: 1 });
    expect(body).not.toHaveProperty('credits');
    expect((await desk.product.call(userId, '/api/credits')).body.credits).toBe(25);
  });

  test('to a user whose id is anything but a word', async () => {
    const userId = 'zoë/ö %20?&"quoted"';
    const { status } = await desk.post(`wallets/${encodeURIComponent(userId)}/grants`, {
      amount: 1,
      reason: 'x',
    });
    expect(status).toBe(201);
    expect((await desk.get(`wallets/${encodeURIComponent(userId)}`)).body.wallet.balance).toBe(1);
  });

  test('that have expired already: refused, and no wallet is opened', async () => {
    const userId = `late-${randomUUID()}`;
    const body = { amount: 5, reason: 'too late', expiresAt: '2020-01-01T00:00:00Z' };
    expect(await desk.post(`wallets/${userId}/grants`, body)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'expiresAt' }] },
    });
    expect((await desk.get(`wallets/${userId}`)).status).toBe(404);
  });
});

test.each(['grants', 'adjustments'])(
  '%s beyond what a wallet can have are refused by what was asked',
  async (acts) => {
    const { userId } = await desk.customer(Number.MAX_SAFE_INTEGER);
    const { status, body } = await desk.post(`wallets/${userId}/${acts}`, {
      amount: 1,
      reason: 'one too many',
    });
    expect([status, body.errors]).toEqual([
      400,
      [{ path: 'amount', message: expect.stringContaining('2^53') }],
    ]);
  },
);

describe('an operator corrects a balance', () => {
  test('up and down', async () => {
    const { userId } = await desk.customer(10);
    const up = await desk.post(`wallets/${userId}/adjustments`, { amount: 5, reason: 'miscounted' });
    expect(up).toMatchObject({ status: 201, body: { wallet: { balance: 15 } } });
    const down = await desk.post(`wallets/${userId}/adjustments`, { amount: -12, reason: 'counted again' });
    expect(down.body.entry).toMatchObject({
      kind: 'adjustment',
      amount: -12,
      balanceAfter: 3,
      reason: 'counted again',
      actor: ADMIN,
    });
  });

  test('never below what is held', async () => {
    const { userId } = await desk.customer(10);
    await desk.credits.hold({ userId, action, credits: 7 });
    const path = `wallets/${userId}/adjustments`;
    expect(await desk.post(path, { amount: -4, reason: 'too much' })).toMatchObject({
      status: 402,
      body: { code: 'insufficient_credits', required: 4, available: 3, held: 7 },
    });
    expect((await desk.post(path, { amount: -3, reason: 'just so' })).body.wallet).toMatchObject({
      balance: 7,
      available: 0,
    });
  });

  test('of nobody: 404, and no wallet is opened', async () => {
    const userId = `nobody-${randomUUID()}`;
    for (const amount of [5, -5]) {
      expect(await desk.post(`wallets/${userId}/adjustments`, { amount, reason: 'who?' })).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    }
    expect((await desk.get(`wallets/${userId}`)).status).toBe(404);
  });
});

describe('an operator gives a charge back', () => {
  test('six refunds of 1 at once on a charge of 3: three succeed, and each is back in the grant it came from', async () => {
    const userId = `refunded-${randomUUID()}`;
    const give = (amount: number, priority: number) =>
      desk.post(`wallets/${userId}/grants`, { amount, reason: `priority ${priority}`, priority });
    await give(2, 1);
    await give(10, 2);
    const { entryId } = await desk.credits.charge({ userId, action, credits: 3 });
    const remaining = async () =>
      (await desk.get(`wallets/${userId}`)).body.grants.map(({ priority, remaining }: never) => [
        priority,
        remaining,
      ]);
    expect(await remaining()).toEqual([[2, 9]]);

    const refunds = await Promise.all(
      Array.from({ length: 6 }, () =>
        desk.post(`entries/${entryId}/refund`, { amount: 1, reason: 'complaint' }),
      ),
    );
    expect(refunds.map(({ status }) => status).sort()).toEqual([201, 201, 201, 422, 422, 422]);
    for (const { body } of refunds.filter(({ status }) => status === 422)) {
      expect(body).toMatchObject({ code: 'refund_exceeds_charge', entryId, charged: 3, refunded: 3 });
    }
    expect(await remaining()).toEqual([
      [1, 2],
      [2, 10],
    ]);
    expect(await desk.product.balance(userId)).toMatchObject({ balance: 12, held: 0 });
  });

  test('all of it when no amount is named; charge and refunds name each other', async () => {
    const { userId } = await desk.customer(20);
    const { entryId } = await desk.credits.charge({ userId, action, credits: 15 });
    const part = await desk.post(`entries/${entryId}/refund`, { amount: 4, reason: 'half a page' });
    const rest = await desk.post(`entries/${entryId}/refund`, { reason: 'the whole book' });
    expect(rest.body.entry).toMatchObject({ kind: 'refund', amount: 11, reverses: entryId, actor: ADMIN });
    const { data } = (await desk.product.call(userId, '/api/credits/history?kind=charge')).body;
    expect(data).toMatchObject([
      { id: entryId, refunded: 15, reversedBy: [part.body.entry.id, rest.body.entry.id] },
    ]);
    expect((await desk.post(`entries/${entryId}/refund`, { reason: 'again' })).status).toBe(422);
  });

  test('of what is no charge, or is nowhere: refused', async () => {
    const { entryId } = await desk.customer(5);
    const refund = (id: string) => desk.post(`entries/${id}/refund`, { reason: 'why not' });
    expect(await refund(entryId)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(await refund(randomUUID())).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await refund('17')).status).toBe(400);
  });
});
