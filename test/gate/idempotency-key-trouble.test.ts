import { describe, expect, test } from '@jest/globals';
import { UnprocessableEntityException } from '@nestjs/common';
import { CreditsService } from '../../src/credits/index.js';
import { until } from '../support/until.js';
import { CopyShop, KEY } from './copy-shop.js';
import { adapters } from './foreign-app.js';
import { fates, runsOf } from './keyed-controllers.js';

const RECORDING = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO credits.answers%'`;

describe.each(adapters)('an idempotency key on %s, when things go wrong', (adapter) => {
  const shop = CopyShop.onEach(adapter);
  /** Asked from outside any transaction: inside one, what it saw first stays. */
  const recording = () => shop.gate.books.dataSource.query<{ pid: number }[]>(RECORDING);
  const request = (user: string) => ({ user, body: { text: user } });

  /** What a request leaves behind whose process dies in its work: its hold. */
  const crash = (userId: string, ttlSeconds: number) =>
    shop.gate.foreign.app
      .get(CreditsService)
      .hold({ userId, action: 'text_to_speech', units: 1, ttlSeconds, idempotencyKey: `http:${KEY}` });

  test('of a request that crashed is free again with its hold', async () => {
    const user = await shop.gate.customer(20);
    await crash(user, 1);
    const early = await shop.send('copies', request(user));
    expect(early).toMatchObject({ status: 409, code: 'idempotency_in_progress', retryAfter: '1' });
    await until(async () => (await shop.send('copies', request(user))).status === 201);
    expect(runsOf(user)).toBe(1);
    expect((await shop.gate.holds(user)).map(({ state }) => state)).toEqual(['expired', 'captured']);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 13, held: 0, charges: [-7] });
  });

  test('is remembered by the ledger when its answer is no longer kept', async () => {
    const user = await shop.gate.customer(20);
    expect((await shop.send('copies', request(user))).status).toBe(201);
    await shop.gate.books.dataSource.query('DELETE FROM credits.answers WHERE user_id = $1', [user]);
    for (const _ of [1, 2]) {
      expect(await shop.send('copies', request(user))).toMatchObject({
        status: 409,
        code: 'idempotency_key_spent',
        replayed: false,
      });
    }
    expect(runsOf(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 13, held: 0, charges: [-7] });
  });

  test("is not used by a handler's transaction that rolls back", async () => {
    const user = await shop.gate.customer(20);
    fates.set(user, [new Error('the paper jammed')]);
    expect((await shop.send('filed-copies', request(user))).status).toBe(500);
    expect(await shop.gate.orders(user)).toBe(0);
    expect(await shop.keysOf(user)).toEqual([]);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 20, held: 0, charges: [] });
    const retry = await shop.send('filed-copies', request(user));
    expect(retry).toMatchObject({ status: 201, replayed: false });
    expect(await shop.send('filed-copies', request(user))).toEqual({ ...retry, replayed: true });
    expect(await shop.gate.orders(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 13, held: 0, charges: [-7] });
  });

  test.each([
    ['a success', []],
    ['a refusal', [new UnprocessableEntityException()]],
  ])('is free when the database went away while it recorded %s', async (_, fate) => {
    const user = await shop.gate.customer(20);
    fates.set(user, [...fate]);
    const body = { text: 'hello', job: user };
    const interrupted = shop.send('copies', { user, body });
    await shop.gate.foreign.workshop.begun(user);
    await shop.gate.books.dataSource.transaction(async (lock) => {
      await lock.query('LOCK TABLE credits.answers');
      shop.gate.foreign.workshop.end(user);
      await until(async () => (await recording()).length > 0);
      await shop.gate.books.dataSource.query('SELECT pg_terminate_backend(unnest($1::int[]))', [
        (await recording()).map(({ pid }) => pid),
      ]);
    });
    expect(await interrupted).toMatchObject({ status: 503, code: 'credits_unavailable', retryAfter: '1' });
    expect(await shop.gate.wallet(user)).toEqual({ balance: 20, held: 0, charges: [] });
    const retry = await shop.send('copies', { user, body });
    expect(retry).toMatchObject({ status: 201, replayed: false });
    expect(runsOf(user)).toBe(2);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 13, held: 0, charges: [-7] });
  });

  test('gets its answer when only the news of the commit was lost', async () => {
    const user = await shop.gate.customer(20);
    const { dataSource } = shop.gate.foreign;
    const transaction = dataSource.transaction.bind(dataSource) as (work: unknown) => Promise<unknown>;
    dataSource.transaction = async (work: unknown) => {
      dataSource.transaction = transaction;
      await transaction(work);
      throw new Error('Connection terminated unexpectedly');
    };
    expect(await shop.send('copies', request(user))).toMatchObject({
      status: 503,
      code: 'credits_unavailable',
    });
    const retry = await shop.send('copies', request(user));
    expect(retry).toMatchObject({ status: 201, replayed: true });
    expect(await shop.send('copies', request(user))).toEqual(retry);
    expect(runsOf(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 13, held: 0, charges: [-7] });
  });
});
