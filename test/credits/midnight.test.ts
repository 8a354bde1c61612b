import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Sweeper } from '../../src/credits/upkeep/sweeper.js';
import { openCredits } from '../support/credits.js';
import { allOnOwnDatabase, openClient } from '../support/own-database.js';
import { AS_THE_LEDGER } from '../support/ledger-hand.js';

/** `npm run trial:midnight` takes more. */
const WALLETS = Number(process.env['MIDNIGHT_WALLETS'] ?? 1_000);
/** The control: as many as ever, each settled by itself. */
const IS_ALONE = process.env['MIDNIGHT_ALONE'] === 'yes';
/** Charges come at this rate, whatever becomes of those before. */
const CHARGES_A_SECOND = 100;
const CARRY = 20;

const [[{ client: sql }, ...instances]] = await allOnOwnDatabase(openClient, openCredits, openCredits);
if (IS_ALONE) {
  for (const { groups } of instances) groups.first.ledger.refillTogether = async (users) => [...users];
}

/**
 * Wallets with a monthly allowance of which nothing was poured yet, and a hundred others. Of four allowances one carries
 * nothing over, two carry 20 of their 50 credits, and one is a year's plan that does.
 */
async function seed(): Promise<void> {
  await sql.query(AS_THE_LEDGER);
  await sql.query(`INSERT INTO reasons (reason) VALUES ('refill: pro')`);
  await sql.query(
    `INSERT INTO wallets (user_id, name_hash, due_at)
     SELECT 'due-' || n, name_hash('due-' || n), 'infinity' FROM generate_series(1, ${WALLETS}) n`,
  );
  await sql.query(
    `INSERT INTO allowance_terms (id, wallet, plan, category, credits, carry, months, anchor, time_zone, next_at,
                                  refill_reason, created_at, refills)
     SELECT new_id(w.name_hash), w.number, 'pro', 'paid', 50, CASE WHEN n % 4 = 0 THEN 0 ELSE ${CARRY} END, 1,
            now(), 'UTC', now(), (SELECT number FROM reasons WHERE reason = 'refill: pro'), now(),
            CASE WHEN n % 4 = 1 THEN 12 END
       FROM wallets w CROSS JOIN LATERAL (SELECT substr(w.user_id, 5)::int AS n) u`,
  );
  await sql.query(`RESET search_path`);
  await sql.query(
    `INSERT INTO credits.wallets (user_id, balance) SELECT 'busy-' || n, 1000000 FROM generate_series(1, 100) n`,
  );
  await sql.query('ANALYZE');
}

/** Until midnight: time for what the test itself writes, and for the database to tidy up behind it. */
const AHEAD_SECONDS = 1 + WALLETS / 6_000;

/** Midnight comes: the next refill is due then, and what is left of the last one ends then. */
async function strike(): Promise<void> {
  const midnight = Date.now() + AHEAD_SECONDS * 1_000;
  await sql.query('ALTER TABLE credits.grant_terms DISABLE TRIGGER USER');
  await sql.query(AS_THE_LEDGER);
  await sql.query(
    `WITH midnight AS (SELECT to_timestamp(${midnight / 1_000}) AS t), terms AS (
       UPDATE allowance_terms SET anchor = t - make_interval(months => period), next_at = t FROM midnight
     ), ends AS (
       UPDATE grant_terms SET expires_at = t FROM midnight WHERE expires_at IS NOT NULL
     ) UPDATE wallets SET due_at = t FROM midnight WHERE due_at IS NOT NULL`,
  );
  await sql.query(`RESET search_path`);
  await sql.query('ALTER TABLE credits.grant_terms ENABLE TRIGGER USER');
  await sql.query('VACUUM ANALYZE');
  await delay(midnight - Date.now());
}

/** Milliseconds of each charge, on wallets that are not due, until `ends` says so. */
async function gate(ends: () => boolean): Promise<number[]> {
  const times: number[] = [];
  const charges: Promise<unknown>[] = [];
  const began = performance.now();
  for (let n = 0; !ends(); n += 1) {
    const dueMs = began + (n * 1_000) / CHARGES_A_SECOND;
    await delay(Math.max(0, dueMs - performance.now()));
    const charge = instances[n % 2]!.credits.charge({
      userId: `busy-${1 + (n % 100)}`,
      action: 'audio_upload',
    });
    charges.push(charge.then(() => times.push(performance.now() - dueMs)));
  }
  await Promise.all(charges);
  return times;
}

async function pourAll(): Promise<void> {
  const isDue = 'SELECT FROM credits.wallets WHERE due_at <= clock_timestamp() LIMIT 1';
  // One that both looked at together is left to the next sweep.
  do await Promise.all(instances.map(({ groups }) => new Sweeper(groups).sweep()));
  while ((await sql.query(isDue)).rows.length > 0);
}

const percentile = (times: number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0;

test(`${WALLETS} wallets that are due at once are poured once each by two instances, while the gate goes on`, async () => {
  await seed();
  const times: number[] = [];
  for (const month of [1, 2]) {
    const stops = performance.now() + Math.min(20_000, 500 + WALLETS / 10);
    const before = await gate(() => performance.now() > stops);
    await strike();
    const began = performance.now();
    let isDone = false;
    const during = gate(() => isDone);
    await pourAll();
    const seconds = (performance.now() - began) / 1_000;
    isDone = true;
    report(month, seconds, [before, await during]);
    const { rows } = await sql.query(
      `SELECT kind, count(*)::int AS entries, count(DISTINCT user_id)::int AS users, sum(amount)::int AS credits
         FROM credits.entries WHERE kind IN ('grant', 'expiry') GROUP BY 1 ORDER BY 1`,
    );
    const poured = { kind: 'grant', entries: WALLETS * month, users: WALLETS, credits: 50 * WALLETS * month };
    const lost = 50 * WALLETS - CARRY * (WALLETS - Math.floor(WALLETS / 4));
    const ended = { kind: 'expiry', entries: WALLETS, users: WALLETS, credits: -lost };
    expect(rows).toEqual(month === 1 ? [poured] : [ended, poured]);
    times.push(seconds);
  }
  expect(Math.max(...times)).toBeLessThan(600);
  await instances[0].check();
}, 1_800_000);

function report(month: number, seconds: number, gates: number[][]): void {
  const [before, meanwhile] = gates.map((times) => `${percentile(times, 0.99).toFixed(1)} ms`);
  process.stderr.write(
    `month ${month}: ${WALLETS} wallets in ${seconds.toFixed(1)} s (${(WALLETS / seconds).toFixed(0)} a second); ` +
      `the gate's p99 ${before} before, ${meanwhile} meanwhile (${gates.map(({ length }) => length).join(' and ')} charges)\n`,
  );
}
