// node test/bench/history.mjs   (after npm run build)
//
// How long a page of a ledger of a million entries takes over HTTP, at any depth and under each filter, and how much
// memory its CSV takes. One durable database of its own, as for npm run bench; the result goes to stdout.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { openDatabase } from './database.mjs';
import { AS_LEDGER } from './scale/seed-sql.mjs';

const ENTRIES = 1_000_000;
const ROUNDS = 100;
const WARM_UP_ROUNDS = 20;
const SECRET = 'only for this run, and long enough';
const main = join(import.meta.dirname, '../../dist/main.js');

const CASES = {
  'no filter': () => `limit=50&cursor=${anyCursor()}`,
  'no filter, 200 entries': () => `limit=200&cursor=${anyCursor()}`,
  'kind=charge': () => `kind=charge&cursor=${anyCursor()}`,
  'kind=refund (100 of them)': () => 'kind=refund',
  'kind=expiry (none)': () => 'kind=expiry',
  'action=txt_upload (nearly all)': () => `action=txt_upload&cursor=${anyCursor()}`,
  'action=premium_export (20 of them)': () => `action=premium_export&cursor=${anyCursor()}`,
  'action=never_used': () => `action=never_used&cursor=${anyCursor()}`,
  'one day of 700': () => span(1),
  'one day, kind=charge, action=premium_export': () => `${span(1)}&kind=charge&action=premium_export`,
};

const anyCursor = () => `v${1 + Math.floor(Math.random() * 2 * ENTRIES)}`;

/** Entries are a minute apart, to the end of the day before this one. */
const NEWEST = Math.floor(Date.now() / 86_400_000) * 86_400_000;
function span(days) {
  const from = NEWEST - (days + Math.floor(Math.random() * 600)) * 86_400_000;
  return `from=${new Date(from).toISOString()}&to=${new Date(from + days * 86_400_000).toISOString()}`;
}

const database = await openDatabase();
const dataDir = await mkdtemp(join(tmpdir(), 'creditgate-history-'));
let app;
try {
  app = await startApp();
  await seed();
  const get = await clientOf('alice');
  // What the machine adds to any request, whatever it is for.
  const pages = { '(GET /health/live)': await timePages(get, () => '/health/live') };
  for (const [name, query] of Object.entries(CASES)) {
    pages[name] = await timePages(get, () => `/api/credits/history?${query()}`);
  }
  console.table(pages);
  console.log(await streamCsv(get));
} finally {
  app?.process.kill('SIGTERM');
  if (app !== undefined) await once(app.process, 'exit');
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}

async function startApp() {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    PORT: '0',
    AUTH_MODE: 'hs256',
    AUTH_JWT_SECRET: SECRET,
    LOG_LEVEL: 'error',
    RATE_LIMIT_PER_MINUTE: '0',
    CREDIT_SIGNUP_GRANT: '0',
  };
  const child = spawn(process.execPath, [main], { cwd: dataDir, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { process: child, url: new URL(/http\S+/.exec(String(line))[0]).origin };
}

/** Charges that each captured a hold, so the version rises by two; among them a few of every other kind. */
async function seed() {
  const { monitor } = database;
  await monitor.query(AS_LEDGER);
  await monitor.query(
    `INSERT INTO wallets (user_id, balance, version, epoch, name_hash) VALUES ('alice', 1000, 2 * $1, 1, name_hash('alice'))`,
    [ENTRIES],
  );
  await monitor.query(
    `INSERT INTO ledger_entries (wallet, version, id, kind, action, amount, balance_after, held_after, epoch,
                                 created_at, hold_amount, hold_version, hold_created_at, hold_expires_at, reverses,
                                 price_version, reason, actor)
     SELECT (SELECT number FROM wallets), 2 * n, gen_random_uuid(), kind,
            CASE WHEN kind = 'grant' THEN NULL WHEN n % 50000 = 7 THEN 'premium_export' ELSE 'txt_upload' END,
            CASE kind WHEN 'charge' THEN -1 ELSE 1 END, $1 - n + 1000, 0, 1, $2::timestamptz - ($1 - n) * interval '1 minute',
            CASE kind WHEN 'charge' THEN 1 END, CASE kind WHEN 'charge' THEN 2 * n - 1 END,
            CASE kind WHEN 'charge' THEN now() END, CASE kind WHEN 'charge' THEN now() END,
            CASE kind WHEN 'refund' THEN gen_random_uuid() END, CASE kind WHEN 'charge' THEN '6f1c0a9be2d4' END,
            CASE WHEN kind <> 'charge' THEN number_of_reason((SELECT number FROM wallets), 'a reason') END,
            CASE WHEN kind <> 'charge' THEN number_of_actor('an operator') END
       FROM (SELECT n, CASE WHEN n % 10000 = 3 THEN 'refund' WHEN n % 20000 = 5 THEN 'grant' ELSE 'charge' END AS kind
               FROM generate_series(1, $1::int) n) s`,
    [ENTRIES, new Date(NEWEST)],
  );
  await monitor.query('RESET search_path');
  await monitor.query('VACUUM ANALYZE');
}

async function clientOf(user) {
  const token = await new SignJWT({ sub: user })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));
  return (path, headers = {}) =>
    fetch(`${app.url}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });
}

async function timePages(get, address) {
  const took = [];
  let entries = 0;
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const path = address();
    const started = performance.now();
    const response = await get(path);
    const { data = [] } = await response.json();
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    if (round < 0) continue;
    took.push(performance.now() - started);
    entries += data.length;
  }
  took.sort((a, b) => a - b);
  const at = (share) => Number(took[Math.floor(took.length * share)].toFixed(1));
  return {
    'least ms': at(0),
    'p50 ms': at(0.5),
    'p95 ms': at(0.95),
    'max ms': at(1 - 1 / ROUNDS),
    'entries a page': entries / ROUNDS,
  };
}

/** Taken at the pace of the reader, first slowly: what the server would hold back meanwhile shows as memory. */
async function streamCsv(get) {
  const before = await residentMiB(get);
  const started = performance.now();
  const { body } = await get('/api/credits/history', { accept: 'text/csv' });
  const mostMiB = [before, before];
  let [bytes, lines, chunks] = [0, 0, 0];
  for await (const chunk of body) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 10) lines += 1;
    chunks += 1;
    if (chunks <= 20) await new Promise((resolve) => setTimeout(resolve, 100));
    if (chunks % 100 !== 0) continue;
    const half = lines < ENTRIES / 2 ? 0 : 1;
    mostMiB[half] = Math.max(mostMiB[half], await residentMiB(get));
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  return {
    lines,
    MB: Math.round(bytes / 1e6),
    seconds,
    'MiB before, in the first half, in the second': [before, ...mostMiB],
  };
}

async function residentMiB(get) {
  const text = await (await get('/metrics')).text();
  return Math.round(Number(/^process_resident_memory_bytes (\S+)/m.exec(text)[1]) / 2 ** 20);
}
