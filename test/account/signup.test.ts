import { beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { signedIn } from '../support/app.js';
import { allOnOwnDatabase } from '../support/own-database.js';
import { openShop } from './shop.js';

const giving = (url: string) => openShop(url, { CREDIT_SIGNUP_GRANT: '100' });
const [[shop, other], database] = await allOnOwnDatabase(giving, giving);
let userId: string;

beforeEach(() => {
  userId = `newcomer-${randomUUID()}`;
});

async function entries(): Promise<object[]> {
  const { data } = await shop.credits.history(userId);
  return data.map(({ kind, amount, actor, reason }) => ({ kind, amount, actor, reason }));
}

const theGrant = { kind: 'grant', amount: 100, actor: 'signup', reason: 'signup' };

describe('the signup grant', () => {
  test('is there with the first look at the balance', async () => {
    expect((await shop.get('credits', userId)).body).toMatchObject({ balance: 100 });
    const { body } = await shop.get('credits/grants', userId);
    expect(body.data).toMatchObject([{ category: 'signup', amount: 100, expiresAt: null }]);
  });

  test('is there for a first request that is a paid one, before its hold is taken', async () => {
    const { status, body } = await shop.post('work', userId);
    expect([status, body.credits]).toEqual([201, expect.objectContaining({ charged: 5, balance: 95 })]);
  });

  test('is given once, whatever requests of whatever kind race to two instances', async () => {
    const requests = Array.from({ length: 40 }, (_, index) => {
      const instance = index % 2 === 0 ? shop : other;
      return index % 4 < 2 ? instance.get('credits', userId) : instance.post('work', userId);
    });
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(statuses.filter((status) => ![200, 201].includes(status))).toEqual([]);
    const { data } = await shop.credits.history(userId, { kind: 'grant' });
    expect(data).toHaveLength(1);
    expect(await shop.credits.balance(userId)).toMatchObject({ balance: 0, held: 0 });
  });

  test('is given once by instances that disagree about its size and ask at the same time', async () => {
    const generous = await openShop(database.url, { CREDIT_SIGNUP_GRANT: '500' });
    const query = generous.dataSource.query.bind(generous.dataSource);
    generous.dataSource.query = (async (sql: string, values: unknown[]) => {
      const rows = await query(sql, values);
      if (sql.includes('entry_of_key')) await shop.get('credits', userId);
      return rows;
    }) as typeof query;
    expect((await generous.get('credits', userId)).body).toMatchObject({ balance: 100 });
    await generous.close();
  });

  test('comes on top of a wallet that an operator opened', async () => {
    await shop.dataSource.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 7)', [userId]);
    expect((await shop.get('credits', userId)).body).toMatchObject({ balance: 107 });
  });

  test('is not given again when all of it is spent', async () => {
    await shop.get('credits', userId);
    await shop.credits.charge({ userId, action: 'premium_export', credits: 100 });
    for (const instance of [shop, other]) {
      expect((await instance.get('credits', userId)).body).toMatchObject({ balance: 0 });
      expect((await instance.post('work', userId)).status).toBe(402);
    }
    expect(await entries()).toEqual([expect.objectContaining({ kind: 'charge' }), theGrant]);
  });
});

describe('no signup grant is given', () => {
  test('to somebody anonymous', async () => {
    const headers = await signedIn(userId, { is_anonymous: true });
    const response = await fetch(`${shop.url}/api/credits`, { headers });
    expect(await response.json()).toMatchObject({ balance: 0 });
    expect(await entries()).toEqual([]);
  });

  test('to an operator at work, nor to anybody at a public route', async () => {
    await shop.post('desk', userId);
    await shop.get('credits/prices', userId);
    expect(await entries()).toEqual([]);
  });

  test('by address: below that of operators, a route for everybody welcomes a newcomer', async () => {
    await shop.post('admin/for-everybody', userId);
    expect(await entries()).toMatchObject([theGrant]);
  });

  test('when the operator wants none', async () => {
    const strict = await openShop(database.url, { CREDIT_SIGNUP_GRANT: '0' });
    expect((await strict.get('credits', userId)).body).toMatchObject({ balance: 0 });
    await strict.close();
  });

  test('to a wallet that would overflow, and its owner may go on', async () => {
    const credits = Number.MAX_SAFE_INTEGER;
    await shop.credits.grant({ userId, credits, reason: 'bought', actor: 'test' });
    expect((await shop.get('credits', userId)).body).toMatchObject({ balance: credits });
  });
});

test('a user who is known costs the database nothing more', async () => {
  await shop.get('credits', userId);
  const { dataSource } = shop;
  const query = dataSource.query.bind(dataSource);
  const asked: string[] = [];
  dataSource.query = ((sql: string, values: unknown[]) => {
    asked.push(sql);
    return query(sql, values);
  }) as typeof query;
  try {
    await shop.post('work', userId);
  } finally {
    dataSource.query = query;
  }
  expect(asked.filter((sql) => sql.includes('entry_of_key'))).toEqual([]);
});
