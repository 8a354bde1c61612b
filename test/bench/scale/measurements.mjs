import pg from 'pg';
import { openService } from '../contenders/ours.mjs';
import { drive, median, quantile } from '../load.mjs';
import { difference, readMeters } from '../meters.mjs';
import { SPREAD } from '../wallets.mjs';
import { DEEP_WALLET } from './seed-sql.mjs';
import { walOf } from './wal.mjs';

const NEVER = new AbortController().signal;
const WARM_UP_SECONDS = 1;
const PAGE = 50;
const PAGES_AT_A_DEPTH = 200;

const WORKS = [
  { work: 'charge', callers: 256 },
  { work: 'cycle', callers: 256 },
  { work: 'balance', callers: 16 },
];

/** The same work on the large ledger and on one of 10,000 fresh wallets, in turns. */
export async function besideEachOther({ large, wallets, small, seconds, warmUpSeconds, rounds, say }) {
  const ledgers = {
    small: await openSide(small, () => SPREAD[Math.floor(Math.random() * SPREAD.length)]),
    large: await openSide(large.url, () => `user-${1 + Math.floor(Math.random() * (wallets - 1))}`),
  };
  try {
    await ledgers.small.service.openWallets(SPREAD);
    await ledgers.small.monitor.query('VACUUM (ANALYZE)');
    const measured = new Map();
    // The first change of a page after a checkpoint puts an image of it into the log: of a large ledger nearly every
    // change is one, until most pages had theirs. Measured by itself, then got over with.
    for (const [size, side] of Object.entries(ledgers)) {
      await side.monitor.query('CHECKPOINT');
      const figures = await measureOne(side, { work: 'charge', callers: 256, seconds });
      measured.set(`charge, after a checkpoint, ${size}`, [figures]);
      say(`after a checkpoint: charge ${size} ${Math.round(figures.perSecond)}/s; warming up`);
      await drive({
        call: side.service.charge,
        pick: side.pick,
        callers: 256,
        seconds: warmUpSeconds,
        signal: NEVER,
      });
    }
    for (let round = 1; round <= rounds; round += 1) {
      for (const { work, callers } of WORKS) {
        for (const [size, side] of Object.entries(ledgers)) {
          const figures = await measureOne(side, { work, callers, seconds });
          const key = `${work} ${size}`;
          measured.set(key, [...(measured.get(key) ?? []), figures]);
          say(`round ${round} of ${rounds}: ${key} ${Math.round(figures.perSecond)}/s`);
        }
      }
    }
    return Object.fromEntries([...measured].map(([key, figures]) => [key, medians(figures)]));
  } finally {
    for (const { service, monitor } of Object.values(ledgers)) {
      await service.close();
      await monitor.end();
    }
  }
}

async function openSide(url, pick) {
  const monitor = new pg.Client({ connectionString: url, application_name: 'bench monitor' });
  await monitor.connect();
  return { service: await openService(url), monitor, pick };
}

export async function measureOne({ service, monitor, pick }, { work, callers, seconds }) {
  const call = work === 'balance' ? (userId) => service.credits.balance(userId) : service[work];
  await drive({ call, pick, callers, seconds: WARM_UP_SECONDS, signal: NEVER });
  const before = await readMeters(monitor, 'credits.wallets');
  const { latencies, took } = await drive({ call, pick, callers, seconds, signal: NEVER });
  const after = await readMeters(monitor, 'credits.wallets');
  const calls = latencies.length;
  return {
    perSecond: calls / took,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    ...difference(before, after, { calls, seconds: took }),
    ...(await walOf(monitor, { from: before.walBytes, to: after.walBytes, calls })),
  };
}

export function medians(rounds) {
  return Object.fromEntries(
    Object.keys(rounds[0]).map((key) => [key, median(rounds.map((round) => round[key]))]),
  );
}

/** Pages of the deep wallet, the newest first: in milliseconds at each depth, counted in entries. */
export async function historyAtDepth({ url, client }) {
  const { rows } = await client.query(
    `SELECT array_agg(version ORDER BY version DESC) AS versions FROM credits.entries WHERE user_id = $1`,
    [DEEP_WALLET],
  );
  const { versions } = rows[0];
  const service = await openService(url);
  try {
    const results = [];
    for (const depth of [0, 1_000, 100_000, versions.length - PAGE]) {
      const cursor = depth === 0 ? undefined : `v${versions[depth - 1]}`;
      const taken = [];
      for (let page = 0; page < PAGES_AT_A_DEPTH; page += 1) {
        const started = performance.now();
        await service.credits.history(DEEP_WALLET, { limit: PAGE, cursor });
        taken.push(performance.now() - started);
      }
      taken.sort((a, b) => a - b);
      results.push({ depth, p50Ms: quantile(taken, 0.5), p99Ms: quantile(taken, 0.99) });
    }
    return results;
  } finally {
    await service.close();
  }
}

/** Bytes on disk, indexes included, for each row. */
export async function sizes(client) {
  const { rows } = await client.query(`
    SELECT c.relname AS table, n.rows::float8 AS rows, pg_total_relation_size(c.oid)::float8 AS bytes,
           pg_indexes_size(c.oid)::float8 AS index_bytes
      FROM pg_class c
      JOIN LATERAL (SELECT c.reltuples AS rows) n ON true
     WHERE c.relnamespace = 'credits'::regnamespace AND c.relkind = 'r' AND c.reltuples > 1000
     ORDER BY bytes DESC`);
  return rows;
}
