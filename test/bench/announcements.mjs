// node test/bench/announcements.mjs [--turns 6] [--seconds 2] [--only '2 ms'] [--deaf]
//
// What it costs to tell others of a change: in the commit that makes it, or afterwards. In turns, in one process, each
// instance with its own connections and its own listener; --deaf: with listeners that hear nothing. Needs `npm run build`;
// progress goes to stderr.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { PoolDatabase } from '../../dist/credits/database/pool-database.js';
import { LedgerConnection } from '../../dist/credits/ledger-connection.js';
import { Ledger } from '../../dist/credits/ledger/ledger.js';
import { newId } from '../../dist/credits/ledger/new-id.js';
import { superuserUrl } from '../../dist/database/embedded/cluster.js';
import { findHome } from '../../dist/database/embedded/home.js';
import { startBenchServer } from './embedded-server.mjs';
import { drive, median } from './load.mjs';
import { difference, readMeters } from './meters.mjs';
import { count, fixed, range } from './numbers.mjs';
import { pickerFor, SPREAD } from './wallets.mjs';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    deaf: { type: 'boolean', default: false },
  },
});
const [turns, seconds] = [Number(values.turns), Number(values.seconds)];
const signal = new AbortController().signal;

const charge = (ledger, user_id) =>
  ledger.apply({ verb: 'charge', user_id, id: newId(user_id), action: 'txt_upload', credits: 3 });

async function holdAndCapture(ledger, user_id) {
  const { id } = await ledger.apply({
    ...{ verb: 'hold', user_id, id: newId(user_id), action: 'txt_upload', credits: 3, ttl_seconds: 60 },
  });
  await ledger.apply({ verb: 'capture', hold_id: id });
}

const RUNS = [
  {
    name: '16 instances, a lone caller each, a commit of 2 ms',
    instances: 16,
    call: charge,
    commitDelay: 2_000,
  },
  { name: '16 instances, a lone caller each', instances: 16, call: charge },
  { name: 'a lone caller, charges', instances: 1, call: charge },
  { name: 'a lone caller, hold and capture', instances: 1, call: holdAndCapture },
  { name: '128 callers, charges', instances: 1, callers: 128, call: charge },
  { name: '128 callers, hold and capture', instances: 1, callers: 128, call: holdAndCapture },
];

const dataDir = await mkdtemp(join(tmpdir(), 'creditgate-announcements-'));
await chmod(dataDir, 0o755);
const server = await startBenchServer({ dataDir });
const superuser = new pg.Client(superuserUrl(findHome(dataDir).path, new URL(server.url).port, 'creditgate'));
await superuser.connect();
const instances = [];
try {
  for (let number = 0; number < 16; number += 1) instances.push(await openInstance());
  await openWallets(instances[0].told);
  console.log(
    '| | in the commit, 1/s | afterwards, 1/s | PostgreSQL µs a call | Node µs a call |\n| --- | --- | --- | --- | --- |',
  );
  for (const run of RUNS.filter(({ name }) => name.includes(values.only))) console.log(await row(run));
} finally {
  await Promise.all(instances.map(({ close }) => close()));
  await superuser.end();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function openInstance() {
  const host = new PoolDatabase({ connectionString: server.url, max: 1 }, () => undefined);
  const connection = await LedgerConnection.open(host);
  const listener = new pg.Client(server.url);
  await listener.connect();
  if (!values.deaf) await listener.query('LISTEN credits_wallets; LISTEN credits_writers');
  return {
    inCommit: new Ledger(connection.pool),
    told: new Ledger(connection.pool, {}, 'credits', false, connection.announcer),
    close: () => Promise.all([connection.close(), listener.end()]),
  };
}

async function openWallets(ledger) {
  const opening = { verb: 'grant', credits: 1_000_000_000_000, reason: 'opening balance', actor: 'bench' };
  const grant = (user_id) => ledger.apply({ ...opening, user_id, id: newId(user_id) });
  for (let first = 0; first < SPREAD.length; first += 1_000) {
    await Promise.all(SPREAD.slice(first, first + 1_000).map(grant));
  }
}

async function row({ name, instances: many, callers = 1, call, commitDelay = 0 }) {
  await superuser.query(`ALTER SYSTEM SET commit_delay = ${commitDelay}`);
  await superuser.query(`ALTER SYSTEM SET commit_siblings = ${commitDelay > 0 ? 0 : 5}`);
  await superuser.query('SELECT pg_reload_conf()');
  const seen = { inCommit: [], told: [] };
  for (let turn = -1; turn < turns; turn += 1) {
    for (const way of ['inCommit', 'told']) {
      const turnOf = await measure(instances.slice(0, many), way, { callers, call });
      if (turn >= 0) seen[way].push(turnOf);
      console.error(`${name}, ${way}: ${count(turnOf.perSecond)}/s`);
    }
  }
  const of = (way, key) => seen[way].map((one) => one[key]);
  const rate = (way) => `${count(median(of(way, 'perSecond')))} (${range(of(way, 'perSecond'))})`;
  const micros = (key) => ['inCommit', 'told'].map((way) => fixed(median(of(way, key)), 1)).join(' → ');
  return `| ${name} | ${rate('inCommit')} | ${rate('told')} | ${micros('postgres')} | ${micros('node')} |`;
}

async function measure(some, way, { callers, call }) {
  const before = await readMeters(superuser, 'credits.wallets');
  const pick = pickerFor('spread');
  const loads = await Promise.all(
    some.map(({ [way]: ledger }) =>
      drive({ call: (user) => call(ledger, user), pick, callers, seconds, signal }),
    ),
  );
  const calls = loads.reduce((sum, { latencies }) => sum + latencies.length, 0);
  const took = Math.max(...loads.map((load) => load.took));
  const { backendMicrosPerCall: postgres, nodeMicrosPerCall: node } = difference(
    before,
    await readMeters(superuser, 'credits.wallets'),
    { calls, seconds: took },
  );
  return { perSecond: calls / took, postgres, node };
}
