// `npm run test:package [-- NAME]`: the packed module in applications that are not ours. Each is copied out of the repository,
// installs the tarball beside what it has itself, and is run on a database of its own whose owner is no superuser.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startCluster, stopCluster } from '../support/cluster.mjs';

const root = join(import.meta.dirname, '..', '..');
const MOST_BYTES = 2 * 1024 * 1024;
const PORT = 3000;
const readme = readFileSync(join(root, 'package/README.md'), 'utf8');
const tarball = join(root, run('node', ['scripts/pack.mjs'], root).trim().split('\n').at(-1));
const folder = mkdtempSync(join(tmpdir(), 'creditgate-hosts-'));

await startCluster();
try {
  const hosts = readdirSync(join(import.meta.dirname, 'hosts'));
  const tried = process.argv.length > 2 ? process.argv.slice(2) : [...hosts, 'first-paid-answer'];
  for (const one of tried) await (hosts.includes(one) ? tryHost(one) : tryFirstPaidAnswer());
} finally {
  await stopCluster();
  rmSync(folder, { recursive: true, force: true });
}

async function tryHost(host) {
  const at = join(folder, host);
  cpSync(join(import.meta.dirname, 'hosts', host), at, { recursive: true });
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', tarball], at);
  const bytes = sizeOf(join(at, 'node_modules/creditgate'));
  assert(bytes < MOST_BYTES, `installed, the package has ${bytes} bytes`);
  run('npx', ['tsc', '-p', '.'], at);
  const databaseUrl = await emptyDatabase();
  await withApp('node', ['out/app.js'], at, databaseUrl, (url) => expectPaid(`${url}/speech`));
  assert.match(run('npx', ['creditgate', 'integrity'], at, databaseUrl), /the books agree/);
  if (host === 'nest11-commonjs') run('npx', ['jest', '--config', 'jest.config.json'], at);
  if (host === 'nest12-kysely') compileReadme(at);
  console.log(`ok ${host}: ${bytes} bytes installed`);
}

/** 100 credits are two answers at 50, and a repetition costs nothing. */
async function expectPaid(url) {
  const speak = (key) =>
    fetch(url, { method: 'POST', headers: { 'x-user': 'alice', ...(key && { 'idempotency-key': key }) } });
  const first = await speak('key-00000001');
  assert.equal(first.status, 201);
  const body = await first.text();
  assert.equal(JSON.parse(body).credits.charged, 50);
  const again = await speak('key-00000001');
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.equal(await again.text(), body);
  assert.equal((await speak()).status, 201);
  const refused = await speak();
  assert.equal(refused.status, 402);
  const { code, shortfall } = await refused.json();
  assert.deepEqual({ code, shortfall }, { code: 'insufficient_credits', shortfall: 50 });
}

/** Every ts block of the README, on its own, against the installed package. */
function compileReadme(at) {
  const files = blocksOf('ts').map((text, index) => {
    const name = `block-${index + 1}.ts`;
    writeFileSync(join(at, name), text);
    return name;
  });
  assert(files.length >= 5);
  const config = JSON.parse(readFileSync(join(at, 'tsconfig.json'), 'utf8'));
  writeFileSync(join(at, 'blocks.json'), JSON.stringify({ ...config, files }));
  run('npx', ['tsc', '-p', 'blocks.json', '--noEmit'], at);
}

/** The README's commands and program as they stand, but for where the package comes from. */
async function tryFirstPaidAnswer() {
  const at = join(folder, 'first-paid-answer');
  mkdirSync(at);
  const commands = sectionAfter('<!-- first-paid-answer -->', 'sh').trim().split('\n');
  const program = sectionAfter('<!-- app.ts -->\n<!-- prettier-ignore -->', 'ts');
  assert(commands.length <= 5, `${commands.length} commands`);
  assert(program.trim().split('\n').length <= 12, 'more than 12 lines');
  writeFileSync(join(at, 'app.ts'), program);
  const start = commands.pop();
  const startedAt = performance.now();
  for (const command of commands) run('sh', ['-c', command.replace(' creditgate ', ` ${tarball} `)], at);
  const databaseUrl = await emptyDatabase();
  await withApp('sh', ['-c', `exec ${start}`], at, databaseUrl, async () => {
    await answering(PORT);
    const seconds = (performance.now() - startedAt) / 1000;
    await expectPaid(`http://127.0.0.1:${PORT}/speech`);
    console.log(`ok first paid answer: ${commands.length + 1} commands, ${seconds.toFixed(0)} s`);
  });
}

function blocksOf(language) {
  return [...readme.matchAll(new RegExp('^```' + language + '\n([^]*?)^```', 'gm'))].map(([, text]) => text);
}

function sectionAfter(mark, language) {
  const [, text] = new RegExp(mark + '\\s+```' + language + '\n([^]*?)```').exec(readme);
  return text;
}

async function withApp(command, args, cwd, databaseUrl, use) {
  const app = spawn(command, args, {
    cwd,
    env: environment(databaseUrl),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise((resolve) => app.once('exit', resolve));
  try {
    const line = await Promise.race([
      new Promise((resolve) => createInterface(app.stdout).once('line', resolve)),
      ended.then((code) => Promise.reject(new Error(`the app ended with ${code} before it listened`))),
    ]);
    await use(line);
  } finally {
    // Its whole group: a runner such as tsx has the app for a child.
    if (app.exitCode === null) process.kill(-app.pid, 'SIGTERM');
    await ended;
  }
}

async function answering(port) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await fetch(`http://127.0.0.1:${port}/`);
    } catch (error) {
      if (tries === 200) throw error;
      await delay(50);
    }
  }
}

async function emptyDatabase() {
  const name = `${process.env.CREDITGATE_TEST_TEMPLATE}_${randomBytes(6).toString('hex')}`;
  const url = new URL(process.env.CREDITGATE_TEST_OWNER_URL);
  const client = new pg.Client({ connectionString: process.env.CREDITGATE_TEST_SERVER_URL });
  await client.connect();
  const owner = pg.escapeIdentifier(decodeURIComponent(url.username));
  await client.query(`CREATE DATABASE ${name} OWNER ${owner}`).finally(() => client.end());
  url.pathname = `/${name}`;
  return url.href;
}

function environment(databaseUrl) {
  return { ...process.env, DATABASE_URL: databaseUrl ?? '' };
}

function run(command, args, cwd, databaseUrl) {
  return execFileSync(command, args, {
    cwd,
    env: environment(databaseUrl),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function sizeOf(path) {
  const files = readdirSync(path, { recursive: true }).map((name) => statSync(join(path, name)));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
