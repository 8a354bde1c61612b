import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HttpException, UnprocessableEntityException } from '@nestjs/common';
import { Answers } from '../../src/credits/plumbing.js';
import { until } from '../support/until.js';
import { CopyShop, type KeyedAnswer } from './copy-shop.js';
import { adapters, bootForeignApp, type ForeignApp } from './foreign-app.js';
import { CopyController, fates, runsOf } from './keyed-controllers.js';

describe.each(adapters)('requests at once with one idempotency key on %s', (adapter) => {
  let neighbour: ForeignApp;
  afterAll(() => neighbour.close());
  const shop = CopyShop.onEach(adapter);
  beforeAll(async () => {
    neighbour = await bootForeignApp(shop.gate.databaseUrl, adapter, { controllers: [CopyController] });
  });
  /** So many clients, by turns of each of two instances; they come back when a busy machine sends them away. */
  const all = (count: number, one: (at?: ForeignApp) => Promise<KeyedAnswer>) =>
    Promise.all(
      Array.from({ length: count }, async (_, n) => {
        for (;;) {
          const answer = await one(n % 2 === 0 ? undefined : neighbour);
          if (answer.status !== 503) return answer;
        }
      }),
    );
  const inProgress = { status: 409, code: 'idempotency_in_progress', replayed: false, retryAfter: '1' };

  /** Each got the first answer or was told to come back, and whoever comes back gets that answer. */
  const expectOneAnswer = async (answers: KeyedAnswer[], retry: () => Promise<KeyedAnswer>) => {
    const ended = answers.filter(({ status }) => status !== 409);
    const first = ended.find(({ replayed }) => !replayed)!;
    for (const answer of ended) expect(answer).toEqual({ ...first, replayed: answer.replayed });
    expect(ended.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const answer of answers) if (answer.status === 409) expect(answer).toMatchObject(inProgress);
    expect(await retry()).toEqual({ ...first, replayed: true });
    return first;
  };

  test.each(['copies', 'filed-copies'])('have one effect, a hundred of them to %s', async (path) => {
    const user = await shop.gate.customer(1_000);
    const one = (at?: ForeignApp) => shop.send(path, { user, body: { text: user }, at });
    const answers = await all(100, one);
    expect((await expectOneAnswer(answers, one)).status).toBe(201);
    expect(runsOf(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 993, held: 0, charges: [-7] });
    expect(await shop.gate.holds(user)).toHaveLength(1);
  });

  test('have one effect when they cost nothing', async () => {
    const user = await shop.gate.customer(1);
    const one = (at?: ForeignApp) => shop.send('copies', { user, body: { text: 'hello', sample: true }, at });
    const answers = await all(30, one);
    expect((await expectOneAnswer(answers, one)).status).toBe(201);
    expect(runsOf(user)).toBe(1);
  });

  test('fail once, with one answer', async () => {
    const user = await shop.gate.customer(1_000);
    fates.set(user, Array(30).fill(new UnprocessableEntityException()) as HttpException[]);
    const one = (at?: ForeignApp) => shop.send('copies', { user, at });
    const answers = await all(30, one);
    expect((await expectOneAnswer(answers, one)).status).toBe(422);
    expect(runsOf(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 1_000, held: 0, charges: [] });
  });

  test('lack the credits once, with one answer', async () => {
    const user = await shop.gate.customer(6);
    const one = (at?: ForeignApp) => shop.send('copies', { user, at });
    const answers = await all(30, one);
    expect((await expectOneAnswer(answers, one)).status).toBe(402);
  });

  test.each([
    ['a paid one', {}],
    ['a free one', { sample: true }],
  ])('are told that %s still runs, and get its answer when it has ended', async (_, kind) => {
    const user = await shop.gate.customer(20);
    const body = { text: 'hello', job: user, ...kind };
    const first = shop.send('copies', { user, body });
    await shop.gate.foreign.workshop.begun(user);
    expect(await shop.send('copies', { user, body })).toMatchObject(inProgress);
    shop.gate.foreign.workshop.end(user);
    expect(await shop.send('copies', { user, body: { ...body, text: 'hullo' } })).not.toMatchObject({
      status: 201,
    });
    const answered = await first;
    expect(await shop.send('copies', { user, body })).toEqual({ ...answered, replayed: true });
    expect(runsOf(user)).toBe(1);
  });

  test('are told so at once while the first still waits to be let in', async () => {
    const user = await shop.gate.customer(20);
    const two: Promise<KeyedAnswer>[] = [];
    await shop.gate.books.dataSource.transaction(async (elsewhere) => {
      await elsewhere.query('SELECT FROM credits.wallets WHERE user_id = $1 FOR UPDATE', [user]);
      two.push(shop.send('copies', { user }), shop.send('copies', { user }));
      expect(await Promise.race(two)).toMatchObject(inProgress);
    });
    await Promise.all(two);
    await until(async () => (await shop.send('copies', { user })).status === 201);
    expect(runsOf(user)).toBe(1);
  });

  test.each([
    ['copies', {}],
    ['scans', { file: 'a page' }],
  ])('begin no work when one that began after their look-up has failed already: %s', async (path, what) => {
    const user = await shop.gate.customer(20);
    fates.set(user, [new UnprocessableEntityException()]);
    const { answers } = shop;
    const find = answers.find.bind(answers);
    let overtaken: KeyedAnswer | undefined;
    answers.find = async (keyed) => {
      answers.find = find;
      const seen = await find(keyed);
      overtaken = await shop.send(path, { user, ...what });
      return seen;
    };
    const late = await shop.send(path, { user, ...what });
    expect(overtaken).toMatchObject({ status: 422, replayed: false });
    expect(late).toEqual({ ...overtaken, replayed: true });
    expect(runsOf(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 20, held: 0, charges: [] });
  });

  test('keep nothing of a paid one that ends after another, free one took its key', async () => {
    const user = await shop.gate.customer(20);
    const late = shop.send('filed-copies', { user, body: { text: user, job: user } });
    await shop.gate.foreign.workshop.begun(user);
    const first = await shop.send('copies', { user, body: { text: 'hello', sample: true } });
    expect(first.status).toBe(201);
    shop.gate.foreign.workshop.end(user);
    expect(await late).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(await shop.gate.orders(user)).toBe(0);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 20, held: 0, charges: [] });
  });

  test('keep nothing of one that ends after another instance has refused it', async () => {
    const user = await shop.gate.customer(6);
    const body = { text: user, job: user };
    const answers = neighbour.app.get(Answers);
    const record = answers.record.bind(answers);
    let late: Promise<KeyedAnswer> | undefined;
    // Refused for want of credits, and before that is written down a top-up lets another one in.
    answers.record = async (...refusal) => {
      await shop.gate.books.credits.grant({ userId: user, credits: 20, reason: 'bought', actor: 'test' });
      late = shop.send('filed-copies', { user, body });
      await shop.gate.foreign.workshop.begun(user);
      return record(...refusal);
    };
    const first = await shop.send('filed-copies', { user, body, at: neighbour });
    answers.record = record;
    expect(first).toMatchObject({ status: 402, replayed: false });
    shop.gate.foreign.workshop.end(user);
    expect(await late).toEqual({ ...first, replayed: true });
    expect(await shop.gate.orders(user)).toBe(0);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 26, held: 0, charges: [] });
  });
});
