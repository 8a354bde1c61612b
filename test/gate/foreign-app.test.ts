import { describe, expect, test } from '@jest/globals';
import { Controller, Post } from '@nestjs/common';
import { RequireCredits, UnpricedActionError } from '../../src/credits/index.js';
import { until } from '../support/until.js';
import { adapters, bootForeignApp } from './foreign-app.js';
import { Gate } from './gate-harness.js';

describe.each(adapters)('a foreign app on %s', (adapter) => {
  const gate = Gate.onEach(adapter);

  test('is paid for a success and says so in the body and in two headers', async () => {
    const user = await gate.customer(20);
    const other = await gate.books.credits.hold({ userId: user, action: 'elsewhere', credits: 2 });
    const { status, headers, body } = await gate.post('speech', { user, body: { text: 'hello' } });
    expect(status).toBe(201);
    expect(headers.get('x-credits-charged')).toBe('7');
    expect(headers.get('x-credits-remaining')).toBe('11');
    const { data } = await gate.books.credits.history(user, { kind: 'charge' });
    expect(data).toEqual([
      expect.objectContaining({ amount: -7, balanceAfter: 13, action: 'text_to_speech' }),
    ]);
    const { id: entryId, holdId, version } = data[0]!;
    expect(body).toEqual({
      audio: 'HELLO',
      credits: { charged: 7, available: 11, held: 2, balance: 13, version, entryId, holdId },
    });
    await gate.books.credits.release({ holdId: other.id });
    expect((await gate.holds(user)).map(({ state }) => state)).toEqual(['released', 'captured']);
  });

  test('answers 402 with what is missing, and nothing has changed', async () => {
    const user = await gate.customer(5);
    const { version } = await gate.books.credits.balance(user);
    const { status, headers, body } = await gate.post('speech', { user, body: { text: 'hello' } });
    expect(status).toBe(402);
    expect(headers.has('x-credits-charged')).toBe(false);
    expect(body).toEqual({
      type: '/problems/insufficient-credits',
      title: expect.any(String),
      status: 402,
      detail: expect.stringContaining('text_to_speech needs 7 credits'),
      code: 'insufficient_credits',
      action: 'text_to_speech',
      required: 7,
      available: 5,
      held: 0,
      holds: [],
      owed: 0,
      shortfall: 2,
      nextRefill: null,
      balanceVersion: version,
    });
    expect(await gate.books.credits.balance(user)).toMatchObject({ balance: 5, held: 0, version });
    expect(await gate.holds(user)).toEqual([]);
  });

  test('answers 402 to a user nobody has ever given credits', async () => {
    const { status, body } = await gate.post('speech', { user: 'stranger', body: { text: 'hello' } });
    expect(status).toBe(402);
    expect(body).toMatchObject({ required: 7, available: 0, shortfall: 7, balanceVersion: 0 });
  });

  test('answers 401 when there is no user, whatever the price', async () => {
    expect((await gate.post('speech', { body: { text: 'hello' } })).status).toBe(401);
    expect((await gate.post('book', { body: { sample: true } })).status).toBe(401);
  });

  test('gives away what the resolver calls free, also to somebody without credits', async () => {
    const answer = await gate.post('book', { user: 'stranger', body: { sample: true } });
    expect(answer).toMatchObject({ status: 201, body: { audio: 'once upon a time' } });
    expect(answer.body).toMatchObject({ credits: { charged: 0, holdId: null, entryId: null } });
    expect(answer.headers.get('x-credits-charged')).toBe('0');
  });

  test('charges the units that the resolver finds in the request', async () => {
    const user = await gate.customer(30);
    const { body } = await gate.post('book', { user, body: { chapters: 4 } });
    expect(body.credits).toMatchObject({ charged: 28, available: 2 });
    expect(await gate.post('book', { user, body: { chapters: 1 } })).toMatchObject({
      status: 402,
      body: { required: 7, available: 2 },
    });
    expect((await gate.post('book', { user, body: { chapters: -1 } })).status).toBe(400);
    expect((await gate.post('book', { user, body: { chapters: 0.5 } })).status).toBe(400);
    expect(await gate.wallet(user)).toEqual({ balance: 2, held: 0, charges: [-28] });
  });

  test('charges every route of a decorated class', async () => {
    const user = await gate.customer(10);
    const { status, body } = await gate.post('studio/record', { user });
    expect(status).toBe(201);
    expect(body.credits).toMatchObject({ charged: 3, available: 7 });
  });

  test('charges the price of the method alone where class and method have one', async () => {
    const user = await gate.customer(4);
    const { status, body } = await gate.post('studio/mix', { user });
    expect(status).toBe(201);
    expect(body.credits).toMatchObject({ charged: 4, available: 0 });
    expect(await gate.holds(user)).toHaveLength(1);
  });

  test('charges no more than the client agreed to by X-Max-Credits', async () => {
    const user = await gate.customer(20);
    const speak = (max: string) =>
      gate.post('speech', { user, body: { text: 'hello' }, headers: { 'x-max-credits': max } });
    expect(await speak('6')).toMatchObject({
      status: 409,
      body: { code: 'price_exceeds_max', required: 7, maxCredits: 6, priceVersion: expect.any(String) },
    });
    for (const garbage of ['abc', '', '-1', '7.0', '1e3', '9007199254740992', '7, 7']) {
      expect(await speak(garbage)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ path: 'X-Max-Credits' }] },
      });
    }
    expect(await gate.wallet(user)).toEqual({ balance: 20, held: 0, charges: [] });
    expect(await gate.holds(user)).toEqual([]);
    expect((await speak('7')).status).toBe(201);
  });

  test('takes two keys of the greatest length for two requests, though they differ in one character', async () => {
    const user = await gate.customer(20);
    for (const last of ['a', 'b', 'a']) {
      const headers = { 'idempotency-key': 'k'.repeat(254) + last };
      expect((await gate.post('speech', { user, body: { text: 'hello' }, headers })).status).toBe(201);
    }
    expect((await gate.wallet(user)).charges).toEqual([-7, -7]);
  });

  test('lets one of three exports begin on credits for one, and refuses the others before it ends', async () => {
    const user = await gate.customer(15);
    const jobs = ['a', 'b', 'c'].map((name) => `${name}-${user}`);
    const refused: unknown[] = [];
    const requests = jobs.map(async (job) => {
      const answer = await gate.post(`work/${job}`, { user });
      if (answer.status === 402) refused.push(answer.body);
      return answer.status;
    });
    await until(() => refused.length === 2);
    expect(refused).toEqual(
      Array(2).fill(expect.objectContaining({ available: 0, held: 15, shortfall: 15 })),
    );
    expect(await gate.wallet(user)).toEqual({ balance: 15, held: 15, charges: [] });
    const begun = jobs.filter((job) => gate.foreign.workshop.has(job));
    expect(begun).toHaveLength(1);
    gate.foreign.workshop.end(begun[0]!);
    expect((await Promise.all(requests)).sort()).toEqual([201, 402, 402]);
    expect(await gate.wallet(user)).toEqual({ balance: 0, held: 0, charges: [-15] });
  });

  test('does not start with an action that has no price, and names it', async () => {
    @Controller('method')
    class OnMethod {
      @Post()
      @RequireCredits('dubbing')
      dub() {}
    }

    @Controller('class')
    @RequireCredits('lip_sync')
    class OnClass {
      @Post()
      sync() {}
    }

    for (const [controller, action] of [[OnMethod, 'dubbing'] as const, [OnClass, 'lip_sync'] as const]) {
      const start = bootForeignApp(gate.databaseUrl, adapter, { controllers: [controller] });
      await expect(start).rejects.toThrow(UnpricedActionError);
      await expect(start).rejects.toThrow(`"${action}"`);
    }
  });
});
