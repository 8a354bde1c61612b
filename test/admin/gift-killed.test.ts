import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { checkIntegrity } from '../../src/credits/plumbing.js';
import { signedIn } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { startChild, type Child } from './child.js';

const WALLETS = 10_000;
const gift = { key: 'spring-2027', amount: 3, reason: 'spring' };

const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-gift-'));
let database: TestDatabase;
let sql: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = new pg.Pool({ connectionString: database.url, max: 2 });
  await sql.query(
    `INSERT INTO credits.wallets (user_id, balance) SELECT 'user-' || n, n % 5 FROM generate_series(1, $1) n`,
    [WALLETS],
  );
});
afterAll(async () => {
  await sql.end();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function ask({ url }: Child): Promise<{ state: string; wallets: number; done: number }> {
  const response = await fetch(`${url}/api/admin/gifts`, {
    method: 'POST',
    headers: {
      ...(await signedIn('root', { app_metadata: { role: 'admin' } })),
      'content-type': 'application/json',
    },
    body: JSON.stringify(gift),
  });
  expect(response.status).toBe(202);
  return (await response.json()) as Awaited<ReturnType<typeof ask>>;
}

const progress = async () =>
  (await sql.query('SELECT done::int, finished_at FROM credits.gifts')).rows[0] as {
    done: number;
    finished_at: Date | null;
  };

test('10,000 wallets gifted twice with one key, killed in between: each has it once', async () => {
  const first = await startChild({ databaseUrl: database.url, dataDir });
  expect(await ask(first)).toMatchObject({ state: 'running', wallets: WALLETS, done: 0 });
  await until(async () => (await progress()).done > 0, 20_000);
  await first.kill('SIGKILL');
  const { done, finished_at } = await progress();
  expect(done).toBeLessThan(WALLETS);
  expect(finished_at).toBeNull();

  const second = await startChild({ databaseUrl: database.url, dataDir });
  await ask(second);
  await until(async () => (await progress()).finished_at !== null, 60_000);
  expect(await ask(second)).toMatchObject({ state: 'done', wallets: WALLETS, done: WALLETS });
  await second.kill('SIGTERM');

  const { rows } = await sql.query(
    `SELECT count(*)::int AS gifts, count(DISTINCT user_id)::int AS wallets, sum(amount)::int AS credits
       FROM credits.entries WHERE reason = 'spring'`,
  );
  expect(rows).toEqual([{ gifts: WALLETS, wallets: WALLETS, credits: WALLETS * gift.amount }]);
  const report = await checkIntegrity(async (text, values) => (await sql.query(text, values)).rows);
  expect(report).toMatchObject({ ok: true, wallets: WALLETS });
}, 120_000);
