import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldKeeper } from '../../src/credits/upkeep/hold-keeper.js';
import { openProduct, upload, type Product } from '../app/product.js';
import { until } from '../support/until.js';
import { listen } from './aloud.js';

/** Ten sentences of two words and ten characters each. */
const TEXT = Array.from({ length: 10 }, (_, at) => `Line abc${at}.`).join('\n\n');

let product: Product;

beforeAll(async () => {
  product = await openProduct({
    CREDIT_COST_READ_ALOUD: '1 per 10 character, at least 2',
    CREDIT_COST_TXT_UPLOAD: '0',
  });
});
afterEach(async () => {
  await until(async () => (await readdir(join(product.dataDir, 'files', 'incoming'))).length === 0);
  await until(() => product.app.get(HoldKeeper, { strict: false }).size === 0);
});
afterAll(() => product.close());

let users = 0;
async function readerWith(credits: number): Promise<{ user: string; path: string }> {
  const user = `listener-${(users += 1)}`;
  await product.open(user, credits);
  const { body } = await product.call(user, '/api/upload/txt', upload(TEXT));
  return { user, path: `/api/documents/${body.id}/aloud` };
}
const left = async (user: string) => (await product.balance(user)).balance;
const isSettled = (user: string) => until(async () => (await product.balance(user)).held === 0);

describe('reading a document aloud', () => {
  test('says every sentence with its times, then what it cost', async () => {
    const { user, path } = await readerWith(50);
    const said = await listen(product, user, `${path}?wordsPerMinute=120`);
    expect(said.slice(0, -1).map(({ event, data }) => [event, data['text'], data['startSeconds']])).toEqual(
      Array.from({ length: 10 }, (_, at) => ['sentence', `Line abc${at}.`, at]),
    );
    expect(said.at(-1)).toMatchObject({ event: 'credits', data: { charged: 10, available: 40 } });
    expect(await left(user)).toBe(40);
  });

  test('holds all of it while it lasts, and charges who leaves for what went out', async () => {
    const { user, path } = await readerWith(50);
    const slowly = `${path}?pace=live&wordsPerMinute=600`;
    const beforeLeaving = async () => expect((await product.balance(user)).held).toBe(10);
    const said = await listen(product, user, slowly, { leaveAfter: 4, beforeLeaving });
    await isSettled(user);
    const charged = 50 - (await left(user));
    expect(charged).toBeGreaterThanOrEqual(said.length);
    expect(charged).toBeLessThan(10);
  });

  test('charges who leaves at the first sentence at least the minimum', async () => {
    const { user, path } = await readerWith(50);
    await listen(product, user, `${path}?pace=live&wordsPerMinute=40`, { leaveAfter: 1 });
    await isSettled(user);
    expect(await left(user)).toBe(48);
  });

  test('takes its time where it is asked to: each sentence comes when it is its turn', async () => {
    const { user, path } = await readerWith(50);
    const beganAt = performance.now();
    await listen(product, user, `${path}?pace=live&wordsPerMinute=600`);
    expect(performance.now() - beganAt).toBeGreaterThan(1_700);
  });

  test('goes on where it was left, and charges only what is still to be said', async () => {
    const { user, path } = await readerWith(50);
    const said = await listen(product, user, `${path}?from=7`);
    expect(said.map(({ data }) => data['number'] ?? 'credits')).toEqual([7, 8, 9, 'credits']);
    expect(await left(user)).toBe(47);
    expect((await listen(product, user, `${path}?from=10`)).map(({ event }) => event)).toEqual(['credits']);
    expect(await left(user)).toBe(47);
  });

  test('does not begin where credits are missing for all of it', async () => {
    const { user, path } = await readerWith(9);
    const { status, body } = await product.call(user, path);
    expect([status, body]).toMatchObject([402, { required: 10, available: 9, credits: { charged: 0 } }]);
    expect(await product.balance(user)).toMatchObject({ balance: 9, held: 0 });
  });

  test('does not begin above what the client agreed to', async () => {
    const { user, path } = await readerWith(50);
    const { status, body } = await product.call(user, path, { headers: { 'x-max-credits': '9' } });
    expect([status, body.code]).toEqual([409, 'price_exceeds_max']);
    expect(await left(user)).toBe(50);
  });

  test.each(['?wordsPerMinute=0', '?wordsPerMinute=fast', '?from=-1', '?pace=slow', '?voice=deep'])(
    'refuses %s, and charges nothing',
    async (query) => {
      const { user, path } = await readerWith(50);
      const { status, body } = await product.call(user, path + query);
      expect([status, body.code]).toEqual([400, 'validation_failed']);
      expect(await left(user)).toBe(50);
    },
  );

  test('knows neither what is not there nor what is somebody else’s, and charges nothing for it', async () => {
    const { path } = await readerWith(50);
    const { user } = await readerWith(50);
    expect((await product.call(user, path)).status).toBe(404);
    expect((await product.call(user, `/api/documents/${randomUUID()}/aloud`)).status).toBe(404);
    await isSettled(user);
    expect(await left(user)).toBe(50);
  });
});
