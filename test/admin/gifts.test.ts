import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CreditsUnavailableError, type CreditsService } from '../../src/credits/index.js';
import { Gifts } from '../../src/credits/operator/gifts.js';
import { until } from '../support/until.js';
import { ADMIN, openDesk } from './desk.js';

const desk = openDesk();
const reason = 'a happy new year';

const report = async (key: string) => (await desk.get(`gifts/${key}`)).body;
const given = (key: string) => until(async () => (await report(key)).state === 'done', 20_000);
const grantsOf = async (userId: string) =>
  (await desk.credits.history(userId, { kind: 'grant' })).data.filter((entry) => entry.reason === reason);

describe('a gift', () => {
  test('comes to every wallet there is, once, with its reason and the operator who gave it', async () => {
    const customers = await Promise.all(Array.from({ length: 30 }, () => desk.customer(1)));
    const key = randomUUID();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const asked = await desk.post('gifts', { key, amount: 7, reason, expiresAt });
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({ key, state: 'running', done: 0, amount: 7, reason, expiresAt });
    await given(key);
    const { body } = await desk.get('wallets?limit=200');
    expect(await report(key)).toMatchObject({
      state: 'done',
      wallets: body.data.length,
      done: body.data.length,
      refused: 0,
    });
    for (const { userId } of customers) {
      expect(await grantsOf(userId)).toMatchObject([{ amount: 7, actor: ADMIN }]);
      expect((await desk.get(`wallets/${userId}`)).body.grants).toContainEqual(
        expect.objectContaining({ amount: 7, category: 'promotional', expiresAt }),
      );
    }
  });

  test('comes to no wallet that was opened after it was asked for', async () => {
    const there = await desk.customer(1);
    const key = randomUUID();
    // Not by the route, which would have it given at once.
    await desk.product.app.get(Gifts).begin({ key, amount: 7, reason }, ADMIN);
    const late = await desk.customer(1);
    await given(key);
    expect(await grantsOf(there.userId)).toHaveLength(1);
    expect(await grantsOf(late.userId)).toEqual([]);
  });

  test('comes to those who are named, once each, and to nobody else; who has no wallet gets one', async () => {
    const [named, other] = [await desk.customer(1), await desk.customer(1)];
    const newcomer = `newcomer-${randomUUID()}`;
    const key = randomUUID();
    const userIds = [newcomer, named.userId, named.userId];
    const { body } = await desk.post('gifts', { key, amount: 7, reason, userIds });
    expect(body).toMatchObject({ wallets: 2, done: 0 });
    await given(key);
    expect(await report(key)).toMatchObject({ wallets: 2, done: 2 });
    expect(await grantsOf(named.userId)).toHaveLength(1);
    expect(await grantsOf(newcomer)).toHaveLength(1);
    expect(await grantsOf(other.userId)).toEqual([]);
  });

  test('asked for again is the same gift, also by another operator; another one under its key is refused', async () => {
    const { userId } = await desk.customer(1);
    const gift = { key: randomUUID(), amount: 7, reason, userIds: [userId] };
    await desk.post('gifts', gift);
    await given(gift.key);
    const claims = { app_metadata: { role: 'admin' } };
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(gift) };
    expect(await desk.product.call('another', '/api/admin/gifts', init, claims)).toMatchObject({
      status: 202,
      body: { state: 'done', done: 1 },
    });
    for (const other of [
      { amount: 8 },
      { reason: 'another' },
      { userIds: ['somebody'] },
      { userIds: undefined },
    ]) {
      expect(await desk.post('gifts', { ...gift, ...other })).toMatchObject({
        status: 422,
        body: { code: 'idempotency_key_reused' },
      });
    }
    expect(await grantsOf(userId)).toMatchObject([{ actor: ADMIN }]);
  });

  test('that nobody asked for is not there', async () => {
    expect((await desk.get('gifts/nobody-did')).status).toBe(404);
  });

  test('passes by a wallet that cannot take it, and says so', async () => {
    const full = await desk.customer(Number.MAX_SAFE_INTEGER);
    const { userId } = await desk.customer(1);
    const key = randomUUID();
    await desk.post('gifts', { key, amount: 7, reason, userIds: [userId, full.userId] });
    await given(key);
    expect(await report(key)).toMatchObject({ wallets: 2, done: 1, refused: 1 });
    // Nobody else's balance may overflow when the next gift comes.
    await desk.post(`wallets/${full.userId}/adjustments`, { amount: -1_000, reason: 'make room' });
  });

  test('that had come as far as somebody who is erased forgets them, begins anew and comes to nobody twice', async () => {
    const customers = await Promise.all(Array.from({ length: 3 }, () => desk.customer(1)));
    const [first, erased, last] = customers.map(({ userId }) => userId).sort() as [string, string, string];
    const key = randomUUID();
    const { sql } = desk.product;
    await sql.query(
      `INSERT INTO credits.gifts (key, fingerprint, amount, reason, actor, user_ids, wallets, done, given_up_to, claimed_until)
       VALUES ($1, 'f', 7, $2, 'boss', $3, 3, 2, $4, 'infinity')`,
      [key, reason, [first, erased, last], erased],
    );
    for (const userId of [first, erased]) {
      const gift = { userId, credits: 7, reason, actor: 'boss', category: 'promotional' as const };
      await desk.credits.grant({ ...gift, idempotencyKey: `gift:${key}` });
    }
    await desk.erase(erased);
    const { rows } = await sql.query('SELECT given_up_to, done FROM credits.gifts WHERE key = $1', [key]);
    expect(rows).toEqual([{ given_up_to: '', done: '0' }]);

    await sql.query(`UPDATE credits.gifts SET claimed_until = '-infinity' WHERE key = $1`, [key]);
    await given(key);
    expect(await report(key)).toMatchObject({ wallets: 2, done: 2, refused: 0 });
    for (const userId of [first, last]) expect(await grantsOf(userId)).toHaveLength(1);
  });

  test('goes on after trouble, and what had been given is not given again', async () => {
    const customers = await Promise.all(Array.from({ length: 10 }, () => desk.customer(1)));
    const userIds = customers.map(({ userId }) => userId).sort();
    const grant = desk.credits.grant.bind(desk.credits);
    let troubles = 1;
    (desk.credits as { grant: CreditsService['grant'] }).grant = async (input) => {
      if (input.userId === userIds[5] && troubles-- > 0) throw new CreditsUnavailableError();
      return grant(input);
    };
    const key = randomUUID();
    await desk.post('gifts', { key, amount: 7, reason, userIds });
    await given(key);
    expect(troubles).toBeLessThan(1);
    expect(await report(key)).toMatchObject({ done: 10, refused: 0 });
    for (const userId of userIds) expect(await grantsOf(userId)).toHaveLength(1);
  });
});
