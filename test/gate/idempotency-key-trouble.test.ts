import { describe, expect, test } from '@jest/globals';
import { UnprocessableEntityException } from '@nestjs/common';
import { CreditsService } from '../../src/credits/index.js';
import { until } from '../support/until.js';
import { CopyShop, KEY } from './copy-shop.js';
import { adapters } from './foreign-app.js';
import { fates, runsOf } from './keyed-controllers.js';

const WAITING_FOR_ANSWERS = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%credits.answers%'`;

describe.each(adapters)('an idempotency key on %s, when things go wrong', (adapter) => {
  const shop = CopyShop.onEach(adapter);
  const unavailable = { status: 503, code: 'credits_unavailable', retryAfter: '1' };

  const loseConnectionsThatWaitForAnswers = async (begin: () => void) => {
    const { dataSource } = shop.gate.books;
    // Asked from outside the transaction: inside one, what was seen first stays.
    const waiting = () => dataSource.query<{ pid: number }[]>(WAITING_FOR_ANSWERS);
    let pids: number[] = [];
    await dataSource.transaction(async (lock) => {
      await lock.query('LOCK TABLE credits.answers');
      begin();
      await until(async () => (await waiting()).length > 0);
      pids = (await waiting()).map(({ pid }) => pid);
      await dataSource.query('SELECT pg_terminate_backend(unnest($1::int[]))', [pids]);
    });
    // Until its end is heard, the pool would hand a connection to the next request that says goodbye already.
    const dying = 'SELECT FROM pg_stat_activity WHERE pid = ANY ($1)';
    await until(async () => (await dataSource.query<unknown[]>(dying, [pids])).length === 0);
  };
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
    ['a success', 'copies', []],
    ['a success with its row', 'filed-copies', []],
    ['a refusal', 'copies', [new UnprocessableEntityException()]],
  ])('is free when the database went away while it recorded %s', async (_, path, fate) => {
    const user = await shop.gate.customer(20);
    fates.set(user, [...fate]);
    const body = { text: user, job: user };
    const interrupted = shop.send(path, { user, body });
    await shop.gate.foreign.workshop.begun(user);
    await loseConnectionsThatWaitForAnswers(() => shop.gate.foreign.workshop.end(user));
    expect(await interrupted).toMatchObject(unavailable);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 20, held: 0, charges: [] });
    const retry = await shop.send(path, { user, body });
    expect(retry).toMatchObject({ status: 201, replayed: false });
    expect(runsOf(user)).toBe(2);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 13, held: 0, charges: [-7] });
  });

  test('begins nothing when the database went away while it was looked up', async () => {
    const user = await shop.gate.customer(20);
    let interrupted: Promise<unknown> | undefined;
    await loseConnectionsThatWaitForAnswers(() => {
      interrupted = shop.send('copies', request(user));
    });
    expect(await interrupted).toMatchObject(unavailable);
    expect(runsOf(user)).toBe(0);
    expect(await shop.gate.holds(user)).toEqual([]);
    expect(await shop.send('copies', request(user))).toMatchObject({ status: 201, replayed: false });
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
    expect(await shop.send('copies', request(user))).toMatchObject(unavailable);
    const retry = await shop.send('copies', request(user));
    expect(retry).toMatchObject({ status: 201, replayed: true });
    expect(await shop.send('copies', request(user))).toEqual(retry);
    expect(runsOf(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 13, held: 0, charges: [-7] });
  });
});
