import { describe, expect, test } from '@jest/globals';
import { HttpException, UnprocessableEntityException } from '@nestjs/common';
import { CopyShop } from './copy-shop.js';
import { adapters } from './foreign-app.js';
import { fates, runsOf } from './keyed-controllers.js';

describe.each(adapters)('a refusal under an idempotency key on %s', (adapter) => {
  const shop = CopyShop.onEach(adapter);

  const topUp = (userId: string) =>
    shop.gate.books.credits.grant({ userId, credits: 20, reason: 'bought', actor: 'test' });

  test('stays a 402 after a top-up, for this key and this input', async () => {
    const user = await shop.gate.customer(6);
    const first = await shop.send('copies', { user });
    expect(first).toMatchObject({ status: 402, code: 'insufficient_credits', replayed: false });
    await topUp(user);
    expect(await shop.send('copies', { user })).toEqual({ ...first, replayed: true });
    const other = await shop.send('copies', { user, body: { text: 'something else' } });
    expect(other).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    await shop.gate.expectUntouched(user, 26);
    expect(runsOf(user)).toBe(0);
    expect((await shop.send('copies', { user, key: 'key-0002' })).status).toBe(201);
  });

  test('stays a 402 whatever the file, for it was given before the file was read', async () => {
    const user = await shop.gate.customer(6);
    const first = await shop.send('scans', { user, file: 'the first page' });
    expect(first).toMatchObject({ status: 402, replayed: false });
    await topUp(user);
    for (const file of ['the first page', 'the other page']) {
      expect(await shop.send('scans', { user, file })).toEqual({ ...first, replayed: true });
    }
    await shop.gate.expectUntouched(user, 26);
    expect(runsOf(user)).toBe(0);
  });

  test.each([
    ['paid copies', 'copies', {}],
    ['free copies', 'copies', { body: { text: 'hello', sample: true } }],
    ['copies in a transaction of their own', 'filed-copies', { body: { text: 'never filed' } }],
    ['scans', 'scans', { file: 'a page' }],
  ])('of %s is repeated when the handler meant it, and costs nothing', async (_, path, input) => {
    for (const status of [400, 404, 410, 415, 422]) {
      const user = await shop.gate.customer(20);
      fates.set(user, [new HttpException({ code: 'no_such_paper', paper: 'A0' }, status)]);
      const first = await shop.send(path, { user, ...input });
      expect(first).toMatchObject({ status, code: 'no_such_paper', replayed: false });
      expect(await shop.gate.wallet(user)).toEqual({ balance: 20, held: 0, charges: [] });
      expect(await shop.send(path, { user, ...input })).toEqual({ ...first, replayed: true });
      expect(runsOf(user)).toBe(1);
    }
    expect(await shop.gate.orders('never filed')).toBe(0);
  });

  test('of an input that the pipes reject is repeated, and is not held for', async () => {
    const user = await shop.gate.customer(20);
    const first = await shop.send('copies', { user, body: { text: 5 } });
    expect(first).toMatchObject({ status: 400, replayed: false });
    expect(await shop.send('copies', { user, body: { text: 5 } })).toEqual({ ...first, replayed: true });
    expect(await shop.gate.wallet(user)).toEqual({ balance: 20, held: 0, charges: [] });
  });

  test('says what it would say without a key', async () => {
    const user = await shop.gate.customer(20);
    fates.set(user, [new HttpException('there is no ink', 422), new UnprocessableEntityException('no ink')]);
    const said = async () => (await shop.send('copies', { user, key: `key-000${runsOf(user)}` })).bytes;
    expect(await said()).toContain('\n{"statusCode":422,"message":"there is no ink"}');
    expect(await said()).toContain('\n{"message":"no ink","error":"Unprocessable Entity","statusCode":422}');
  });

  test.each([
    ['paid copies', 'copies', { body: { text: 'hello' } }, [-7]],
    ['free copies', 'copies', { body: { text: 'hello', sample: true } }, []],
    ['copies in a transaction of their own', 'filed-copies', {}, [-7]],
    ['scans', 'scans', { file: 'a page' }, [-7]],
  ])('of %s that another try may get past leaves the key free', async (_, path, input, charges) => {
    const user = await shop.gate.customer(20);
    const trouble = [401, 403, 409, 412, 413, 429, 500, 503].map(
      (status) => new HttpException('later', status),
    );
    fates.set(user, [...trouble, new Error('the lamp broke')]);
    const request = { user, body: { text: user }, ...input };
    for (const status of [...trouble.map((error) => error.getStatus()), 500, 201]) {
      const answer = await shop.send(path, request);
      expect(answer).toMatchObject({
        status: path === 'scans' && status === 201 ? 200 : status,
        replayed: false,
      });
    }
    expect(runsOf(user)).toBe(10);
    expect(await shop.send(path, request)).toMatchObject({ replayed: true });
    expect((await shop.gate.wallet(user)).charges).toEqual(charges);
  });
});
