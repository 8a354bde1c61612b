import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { Sweeper } from '../../src/credits/upkeep/sweeper.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { AS_THE_LEDGER } from '../support/ledger-hand.js';

/** `npm run trial:midnight` takes more. */
const WALLETS = Number(process.env['MIDNIGHT_WALLETS'] ?? 1_000);
const AT_ONCE = 8;

let database: TestDatabase;
let sql: pg.Client;
let instances: OpenCredits[];
beforeAll(async () => {
  database = await createTestDatabase();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  instances = await Promise.all([openCredits(database.url), openCredits(database.url)]);
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.close()));
  await sql.end();
  await database.drop();
});

/** Wallets whose first refill is due at one instant, and a hundred others. */
async function seed(): Promise<void> {
  await sql.query(AS_THE_LEDGER);
  await sql.query(`INSERT INTO reasons (reason) VALUES ('refill: pro')`);
  await sql.query(
    `INSERT INTO wallets (user_id, name_hash, due_at)
     SELECT 'due-' || n, name_hash('due-' || n), 'infinity' FROM generate_series(1, ${WALLETS}) n`,
  );
  await sql.query(
    `INSERT INTO allowance_terms (id, wallet, plan, category, credits, carry, months, anchor, time_zone, next_at,
                                  refill_reason, created_at)
     SELECT new_id(w.name_hash), w.number, 'pro', 'paid', 50, 0, 1, now(), 'UTC', now(),
            (SELECT number FROM reasons WHERE reason = 'refill: pro'), now() FROM wallets w`,
  );
  await sql.query(`RESET search_path`);
  await sql.query(
    `INSERT INTO credits.wallets (user_id, balance) SELECT 'busy-' || n, 1000000 FROM generate_series(1, 100) n`,
  );
  await sql.query('ANALYZE');
}

/** Milliseconds of each charge, on wallets that are not due, until `ends` says so. */
async function gate(ends: () => boolean): Promise<number[]> {
  const times: number[] = [];
  const client = async (n: number) => {
    for (let turn = 0; !ends(); turn += 1) {
      const began = performance.now();
      const userId = `busy-${1 + ((n * 13 + turn) % 100)}`;
      await instances[n % 2]!.credits.charge({ userId, action: 'audio_upload' });
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => client(n)));
  return times;
}

const percentile = (times: number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0;

test(`${WALLETS} wallets that are due at once are poured once each by two instances, while the gate goes on`, async () => {
  await seed();
  const stops = performance.now() + Math.min(20_000, 1_000 + WALLETS / 10);
  const before = await gate(() => performance.now() > stops);

  await sql.query(
    `${AS_THE_LEDGER}; UPDATE wallets SET due_at = clock_timestamp() WHERE due_at = 'infinity'; RESET search_path`,
  );
  const began = performance.now();
  let isDone = false;
  const during = gate(() => isDone);
  await Promise.all(instances.map(({ groups }) => new Sweeper(groups).sweep()));
  const seconds = (performance.now() - began) / 1_000;
  isDone = true;
  const busy = await during;

  const { rows } = await sql.query(
    `SELECT count(*)::int AS poured, count(DISTINCT user_id)::int AS users, sum(amount)::int AS credits
         FROM credits.entries WHERE reason = 'refill: pro'`,
  );
  expect(rows).toEqual([{ poured: WALLETS, users: WALLETS, credits: 50 * WALLETS }]);
  for (const instance of instances.slice(0, 1)) await instance.check();
  const [p99, p99During] = [before, busy].map((times) => percentile(times, 0.99).toFixed(1));
  process.stderr.write(
    `${WALLETS} poured in ${seconds.toFixed(1)} s; the gate's p99 ${p99} ms before, ${p99During} ms meanwhile (${before.length} and ${busy.length} charges)\n`,
  );
  expect(seconds).toBeLessThan(600);
}, 1_800_000);
