import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openDesk } from './desk.js';

const desk = openDesk();
const body = { amount: 5, reason: 'once' };

/** Every POST below /api/admin: where to, and with which body, for a new customer. */
const acts: [name: string, act: () => Promise<{ path: string; body: object; userId: string }>][] = [
  [
    'a grant',
    async () => {
      const { userId } = await desk.customer(10);
      return { path: `wallets/${userId}/grants`, body, userId };
    },
  ],
  [
    'an adjustment',
    async () => {
      const { userId } = await desk.customer(10);
      return { path: `wallets/${userId}/adjustments`, body: { amount: -5, reason: 'once' }, userId };
    },
  ],
  [
    'a refund',
    async () => {
      const { userId } = await desk.customer(10);
      const { entryId } = await desk.credits.charge({ userId, action: 'premium_export', credits: 9 });
      return { path: `entries/${entryId}/refund`, body, userId };
    },
  ],
  [
    'a gift',
    async () => {
      const { userId } = await desk.customer(10);
      return { path: 'gifts', body: { key: randomUUID(), userIds: [userId], ...body }, userId };
    },
  ],
];

const entriesOf = async (userId: string) => (await desk.credits.history(userId)).data.length;

describe.each(acts)('%s under an idempotency key', (_, prepare) => {
  test('is done once and answered again byte for byte', async () => {
    const act = await prepare();
    const key = randomUUID();
    const first = await desk.post(act.path, act.body, key);
    expect(first.status).toBeLessThan(300);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    const before = await entriesOf(act.userId);
    for (const _ of [1, 2]) {
      const again = await desk.post(act.path, act.body, key);
      expect([again.status, again.text]).toEqual([first.status, first.text]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    }
    if (act.path !== 'gifts') expect(await entriesOf(act.userId)).toBe(before);
  });

  test('is refused with another body, and at another address', async () => {
    const act = await prepare();
    const other = await prepare();
    const key = randomUUID();
    await desk.post(act.path, act.body, key);
    const reused = { status: 422, body: { code: 'idempotency_key_reused' } };
    expect(await desk.post(act.path, { ...act.body, reason: 'another' }, key)).toMatchObject(reused);
    if (act.path !== other.path) expect(await desk.post(other.path, other.body, key)).toMatchObject(reused);
  });

  test('is done once by twenty that come at the same time', async () => {
    const act = await prepare();
    const key = randomUUID();
    const before = await entriesOf(act.userId);
    const answers = await Promise.all(Array.from({ length: 20 }, () => desk.post(act.path, act.body, key)));
    const texts = new Set(answers.filter(({ status }) => status < 300).map(({ text }) => text));
    expect(texts.size).toBe(1);
    expect(answers.filter(({ status }) => status >= 300).map(({ status }) => status)).not.toContain(500);
    for (const { status, body, headers } of answers.filter(({ status }) => status >= 300)) {
      expect([status, body.code]).toEqual([409, 'idempotency_in_progress']);
      expect(headers.get('retry-after')).toBe('1');
    }
    if (act.path !== 'gifts') expect(await entriesOf(act.userId)).toBe(before + 1);
  });

  test('is never done again, when its answer is no longer kept either', async () => {
    const act = await prepare();
    const key = randomUUID();
    await desk.post(act.path, act.body, key);
    const before = await entriesOf(act.userId);
    await desk.product.sql.query('DELETE FROM credits.answers WHERE key = $1', [key]);
    const again = await desk.post(act.path, act.body, key);
    // A gift has a key of its own, and tells how far it is.
    if (act.path === 'gifts') return expect(again).toMatchObject({ status: 202, body: { wallets: 1 } });
    expect(again).toMatchObject({ status: 409, body: { code: 'idempotency_key_spent' } });
    expect(await entriesOf(act.userId)).toBe(before);
  });
});

test('a refusal is an answer too, and stays one for its key', async () => {
  const key = randomUUID();
  const userId = `nobody-${randomUUID()}`;
  const path = `wallets/${userId}/adjustments`;
  const first = await desk.post(path, body, key);
  expect(first.status).toBe(404);
  await desk.post(`wallets/${userId}/grants`, body);
  const again = await desk.post(path, body, key);
  expect([again.status, again.text, again.headers.get('idempotent-replayed')]).toEqual([
    404,
    first.text,
    'true',
  ]);
});

test('a key is checked before anything is done', async () => {
  const { userId } = await desk.customer(1);
  expect(await desk.post(`wallets/${userId}/grants`, body, 'short')).toMatchObject({
    status: 400,
    body: { code: 'idempotency_key_invalid' },
  });
  expect(await entriesOf(userId)).toBe(1);
});

test('without a key each request is one more', async () => {
  const { userId } = await desk.customer(1);
  for (const _ of [1, 2]) await desk.post(`wallets/${userId}/grants`, body, null);
  expect(await desk.product.balance(userId)).toMatchObject({ balance: 11 });
});
