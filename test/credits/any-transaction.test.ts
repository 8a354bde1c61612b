import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { InsufficientCreditsError, NotATransactionError, isCreditsError } from '../../src/credits/index.js';
import type { Transaction } from '../../src/credits/index.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let open: OpenCredits;
let pool: pg.Pool;
let client: pg.PoolClient;
let userId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  open = await openCredits(database.url);
  pool = new pg.Pool({ connectionString: database.url });
});

beforeEach(async () => {
  userId = randomUUID();
  await open.credits.grant({ userId, credits: 10, reason: 'to begin with', actor: 'test' });
  client = await pool.connect();
});

afterEach(async () => {
  client.release();
  await open.check();
});

afterAll(async () => {
  await pool.end();
  await open.close();
  await database.drop();
});

const charge = (tx: Transaction, credits = 4) =>
  open.credits.charge({ userId, action: 'audio_upload', credits }, { tx });
const balance = async () => (await open.credits.balance(userId)).balance;

const shapes: [name: string, of: (client: pg.PoolClient) => Transaction][] = [
  ['a client of node-postgres', (one) => one],
  [
    'what answers rows',
    (one) => ({ query: async (sql, values) => (await one.query(sql, values)).rows as unknown }),
  ],
  [
    'what answers { rows }',
    (one) => ({ query: async (sql, values) => ({ rows: (await one.query(sql, values)).rows as unknown }) }),
  ],
];

test.each(shapes)('a charge in the transaction of %s comes and goes with it', async (_name, of) => {
  await client.query('BEGIN');
  await charge(of(client));
  expect(await balance()).toBe(10);
  await client.query('ROLLBACK');
  expect(await balance()).toBe(10);
  await client.query('BEGIN');
  await charge(of(client));
  await client.query('COMMIT');
  expect(await balance()).toBe(6);
});

test.each(shapes)('a refusal leaves the transaction of %s usable', async (_name, of) => {
  await client.query('BEGIN');
  await expect(charge(of(client), 11)).rejects.toThrow(InsufficientCreditsError);
  await charge(of(client));
  await client.query('COMMIT');
  expect(await balance()).toBe(6);
});

test("TypeORM's query runner is as good as its manager", async () => {
  const runner = open.dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await charge(runner);
    expect(open.credits.changes.isUnsettled(userId)).toBe(true);
    await runner.commitTransaction();
  } finally {
    await runner.release();
  }
  expect(open.credits.changes.isUnsettled(userId)).toBe(false);
  expect(await balance()).toBe(6);
});

const outside: [name: string, of: () => Transaction][] = [
  ["the DataSource's manager", () => open.dataSource.manager],
  ['the DataSource', () => open.dataSource],
  ['a query runner without a transaction', () => open.dataSource.createQueryRunner()],
  ['a pool', () => pool],
  ['a client that has not begun', () => client],
  ['nothing that runs SQL', () => ({}) as Transaction],
];

test.each(outside)('%s is no transaction, so nothing is charged in it', async (_name, of) => {
  const refused = await charge(of()).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NotATransactionError);
  expect(isCreditsError(refused, 'internal')).toBe(true);
  expect(await balance()).toBe(10);
});

describe('a transaction of another DataSource or client', () => {
  const within = async <T>(url: string, work: (source: DataSource) => Promise<T>) => {
    const source = await new DataSource({ type: 'postgres', url }).initialize();
    try {
      return await work(source);
    } finally {
      await source.destroy();
    }
  };

  test('is as good as one of ours where it leads to the same database', async () => {
    await within(database.url, async (source) => {
      for (const left of [6, 2]) {
        await source.transaction((tx) => charge(tx));
        expect(await balance()).toBe(left);
      }
    });
  });

  test('may be in our database, so an answer is recorded in it, where it is of a client', () => {
    const { host } = open.groups.first.connection;
    expect(host.mayBeIn(client)).toBe(true);
    expect(host.mayBeIn({ query: async () => [] })).toBe(true);
  });

  test('is refused where it leads to another one, and the credits there stay', async () => {
    const elsewhere = await createTestDatabase();
    const other = await openCredits(elsewhere.url);
    await other.credits.grant({ userId, credits: 10, reason: 'to begin with', actor: 'test' });
    const stranger = new pg.Client({ connectionString: elsewhere.url });
    await stranger.connect();
    await stranger.query('BEGIN');
    const plan = { userId, plan: 'pro', credits: 5 };
    for (const act of [
      () => other.dataSource.transaction((tx) => charge(tx)),
      () => other.dataSource.transaction((tx) => open.credits.allow(plan, { tx })),
      () => charge(stranger),
    ]) {
      const refused = await act().catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(NotATransactionError);
      expect((refused as Error).message).toContain('one of another database');
    }
    await stranger.end();
    expect((await other.credits.balance(userId)).balance).toBe(10);
    expect(await balance()).toBe(10);
    await other.close();
    await elsewhere.drop();
  });
});

describe('in a transaction of a database without these credits', () => {
  let elsewhere: TestDatabase;
  let stranger: pg.Client;

  beforeAll(async () => {
    elsewhere = await createEmptyDatabase();
    stranger = new pg.Client({ connectionString: elsewhere.url });
    await stranger.connect();
  });

  beforeEach(() => stranger.query('BEGIN'));
  afterEach(() => stranger.query('ROLLBACK'));

  afterAll(async () => {
    await stranger.end();
    await elsewhere.drop();
  });

  test.each([
    ['a charge', () => charge(stranger)],
    [
      'an allowance',
      () =>
        open.credits.allow({ userId, plan: 'pro', credits: 5, idempotencyKey: 'pro-1' }, { tx: stranger }),
    ],
  ])('%s says so', async (_name, act) => {
    const refused = await act().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NotATransactionError);
    expect((refused as Error).message).toMatch(/`tx` is one of another database/);
    expect(await balance()).toBe(10);
  });
});

test('a refusal is known by its code, whichever copy of the module made it', () => {
  const ofAnotherCopy = Object.assign(new Error('too few'), { code: 'insufficient_credits', facts: {} });
  expect(isCreditsError(ofAnotherCopy)).toBe(true);
  expect(isCreditsError(ofAnotherCopy, 'insufficient_credits')).toBe(true);
  expect(isCreditsError(ofAnotherCopy, 'hold_expired')).toBe(false);
  expect(isCreditsError(Object.assign(new Error('gone'), { code: 'ENOENT', facts: {} }))).toBe(false);
  expect(isCreditsError({ code: 'insufficient_credits', facts: {} })).toBe(false);
});
