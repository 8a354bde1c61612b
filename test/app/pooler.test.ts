import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { loadEnvironment } from '../../src/config/environment.js';
import { withoutTimeLimits } from '../../src/credits/ledger/connection.js';
import { DatabaseServers } from '../../src/database/database-servers.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { hasPgBouncer, startPgBouncer, type PgBouncer } from '../support/pgbouncer.mjs';
import { until } from '../support/until.js';
import { openProduct, upload, type Product } from './product.js';

async function limitsOf(client: pg.ClientBase): Promise<string[]> {
  const limits = `SELECT current_setting('statement_timeout'), current_setting('lock_timeout')`;
  return (await client.query<string[]>({ text: limits, rowMode: 'array' })).rows[0]!;
}

const CALLERS = 16;
const CALLS_EACH = 20;

(hasPgBouncer ? describe : describe.skip)('behind a pooler in transaction mode', () => {
  let database: TestDatabase;
  let pooler: PgBouncer;
  beforeAll(async () => {
    database = await createTestDatabase();
    pooler = await startPgBouncer(database.url);
  });
  afterAll(async () => {
    await pooler.stop();
    await database.drop();
  });

  describe('with the server itself in DATABASE_DIRECT_URL', () => {
    let product: Product;
    let direct: pg.Pool;
    beforeAll(async () => {
      const urls = { DATABASE_URL: pooler.urlOf(database.url), DATABASE_DIRECT_URL: database.url };
      product = await openProduct(urls);
      direct = new pg.Pool({ connectionString: database.url, max: 2 });
    });
    afterAll(async () => {
      await direct.end();
      await product.close();
    });

    const pay = (user: string) => product.call(user, '/api/upload/txt', upload('a text'));

    test('every paid call of many callers is answered and charged', async () => {
      const users = Array.from({ length: CALLERS }, (_, caller) => `pooled-${caller}`);
      await Promise.all(users.map((user) => product.open(user, 3 * CALLS_EACH)));
      const statuses = await Promise.all(
        users.map(async (user) => {
          const seen = new Set<number>();
          for (let call = 0; call < CALLS_EACH; call++) seen.add((await pay(user)).status);
          return [...seen];
        }),
      );
      expect(statuses.flat()).toEqual(Array(CALLERS).fill(201));
      expect((await pay(users[0]!)).status).toBe(402);
      for (const user of users) expect(await product.balance(user)).toMatchObject({ balance: 0, held: 0 });
    }, 120_000);

    test('a wallet that somebody else keeps locked is a 503 in time, and no hold comes of it later', async () => {
      await product.open('locked', 10);
      const client = await direct.connect();
      try {
        await client.query('BEGIN');
        await client.query(`UPDATE credits.wallets SET balance = balance WHERE user_id = 'locked'`);
        const askedAtMs = performance.now();
        const { status, body } = await pay('locked');
        expect([status, body.code]).toEqual([503, 'credits_unavailable']);
        expect(performance.now() - askedAtMs).toBeLessThan(1_500);
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
      // What still waited would have its turn before this one.
      expect((await pay('locked')).status).toBe(201);
      expect(await product.balance('locked')).toMatchObject({ balance: 7, held: 0 });
    });

    test('an edit by hand is on the screen within a second, although balances are kept', async () => {
      await product.open('watched', 10);
      const read = async () => (await product.call('watched', '/api/credits')).body;
      await until(async () => (await read()).source === 'cache', 5_000);
      await direct.query(`UPDATE credits.wallets SET balance = balance + 7 WHERE user_id = 'watched'`);
      await until(async () => (await read()).credits === 17, 1_000);
    });
  });

  test('shows no copy where nothing is heard, and goes on', async () => {
    const product = await openProduct({ DATABASE_URL: pooler.urlOf(database.url), DATABASE_DIRECT_URL: '' });
    try {
      await product.open('unheard', 10);
      const sources = new Set<string>();
      for (const end = Date.now() + 3_000; Date.now() < end;) {
        sources.add((await product.call('unheard', '/api/credits')).body.source);
      }
      expect([...sources]).toEqual(['database']);
      expect((await product.call('unheard', '/api/upload/txt', upload('a text'))).status).toBe(201);
    } finally {
      await product.close();
    }
  });

  test('work without time limits leaves the next client of its server connection those that were set', async () => {
    const limited = await createTestDatabase();
    const name = new URL(limited.url).pathname.slice(1);
    const owner = new pg.Client(limited.url);
    await owner.connect();
    await owner.query(`ALTER DATABASE ${name} SET statement_timeout = '7s'`);
    await owner.query(`ALTER DATABASE ${name} SET lock_timeout = '6s'`);
    const narrow = await startPgBouncer(limited.url, { poolSize: 1 });
    const connection = { connectionString: narrow.urlOf(limited.url) };
    try {
      const during = await withoutTimeLimits(connection, limitsOf, { lockTimeoutMs: 1_000 });
      expect(during).toEqual(['0', '1s']);
      const next = new pg.Client(connection);
      await next.connect();
      expect(await limitsOf(next)).toEqual(['7s', '6s']);
      await next.end();
    } finally {
      await narrow.stop();
      await owner.end();
      await limited.drop();
    }
  });

  test('that takes no startup parameters, the start names DATABASE_DIRECT_URL', async () => {
    const strict = await startPgBouncer(database.url, { ignores: 'extra_float_digits' });
    const urls = { DATABASE_URL: strict.urlOf(database.url), DATABASE_DIRECT_URL: database.url };
    try {
      await expect(openProduct({ ...urls, DATABASE_DIRECT_URL: '' })).rejects.toMatchObject({
        exitCode: 78,
        message: expect.stringContaining('DATABASE_DIRECT_URL'),
      });
      const product = await openProduct(urls);
      await product.open('strict', 10);
      expect((await product.call('strict', '/api/upload/txt', upload('a text'))).status).toBe(201);
      await product.close();
    } finally {
      await strict.stop();
    }
  });
});

(hasPgBouncer ? test : test.skip)(
  'a pooler in statement mode is refused, with the server itself named or not',
  async () => {
    const database = await createEmptyDatabase();
    const pooler = await startPgBouncer(database.url, { mode: 'statement' });
    const DATABASE_URL = pooler.urlOf(database.url);
    const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-statement-'));
    for (const direct of [{}, { DATABASE_DIRECT_URL: database.url }]) {
      const environment = loadEnvironment({ DATABASE_URL, DATA_DIR: dataDir, ...direct });
      await expect(DatabaseServers.start(environment, [])).rejects.toMatchObject({
        exitCode: 78,
        message: expect.stringMatching(/^DATABASE_URL leads through a pooler in statement mode/),
      });
    }
    rmSync(dataDir, { recursive: true, force: true });
    await pooler.stop();
    await database.drop();
  },
);
