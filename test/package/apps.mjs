// What the programs in this folder do with applications that are not ours: each stands outside the repository, has the
// packed module installed beside what it has itself, and runs on a database of its own whose owner is no superuser.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export const root = join(import.meta.dirname, '..', '..');
export const folder = mkdtempSync(join(tmpdir(), 'creditgate-hosts-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

export const tarball = join(root, run('node', ['scripts/pack.mjs'], root).trim().split('\n').at(-1));

export function install(at, ...packages) {
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', ...packages], at);
}

/** The program of another version of Node, as npm has it; a download of this command and no dependency. */
export function nodeOf(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const at = join(folder, `node-${version}`);
  const program = join(at, 'node_modules', name, 'bin/node');
  if (existsSync(program)) return program;
  mkdirSync(at);
  writeFileSync(join(at, 'package.json'), '{ "private": true }');
  install(at, `${name}@${version}`);
  return program;
}

/** 100 credits are two answers at 50, and a repetition costs nothing. */
export async function expectPaid(url) {
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

/** Until `use` has ended; it is given the first line that the app writes. */
export async function withApp(command, args, cwd, variables, use) {
  const app = spawn(command, args, {
    cwd,
    env: environment(variables),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise((resolve) => app.once('exit', resolve));
  try {
    const line = await Promise.race([
      new Promise((resolve) => createInterface(app.stdout).once('line', resolve)),
      ended.then((code) => Promise.reject(new Error(`the app ended with ${code} before it listened`))),
    ]);
    return await use(line);
  } finally {
    // Its whole group: a runner such as tsx has the app for a child.
    if (app.exitCode === null) process.kill(-app.pid, 'SIGTERM');
    await ended;
  }
}

export async function answering(port) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await fetch(`http://127.0.0.1:${port}/`);
    } catch (error) {
      if (tries === 200) throw error;
      await delay(50);
    }
  }
}

/** On the server that `startCluster` has started. */
export async function emptyDatabase() {
  const name = `${process.env.CREDITGATE_TEST_TEMPLATE}_${randomBytes(6).toString('hex')}`;
  const url = new URL(process.env.CREDITGATE_TEST_OWNER_URL);
  const client = new pg.Client({ connectionString: process.env.CREDITGATE_TEST_SERVER_URL });
  await client.connect();
  const owner = pg.escapeIdentifier(decodeURIComponent(url.username));
  await client.query(`CREATE DATABASE ${name} OWNER ${owner}`).finally(() => client.end());
  url.pathname = `/${name}`;
  return url.href;
}

export function run(command, args, cwd, variables) {
  return execFileSync(command, args, {
    cwd,
    env: environment(variables),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function environment(variables) {
  return { ...process.env, DATABASE_URL: '', ...variables };
}
