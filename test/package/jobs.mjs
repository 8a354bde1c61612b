// docs/jobs.md with the queues themselves, in processes of their own.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { emptyDatabase, folder, install, nodeOf, tarball } from './apps.mjs';

const SAYS_WITHIN_MS = 60_000;
/** The oldest that pg-boss 12 runs on. */
const NODE = 22;

export async function tryPgBoss() {
  await tryQueue(installed(), 'pg-boss', { deliversTwice: true });
}

export async function tryBullMq() {
  assert.equal(spawnSync('redis-server', ['--version']).status, 0, 'there is no redis-server');
  const port = await freePort();
  const redis = spawn('redis-server', ['--port', port, '--save', '', '--bind', '127.0.0.1'], {
    stdio: 'ignore',
  });
  try {
    await tryQueue(installed(), 'bullmq', { deliversTwice: false, REDIS_PORT: port });
  } finally {
    redis.kill();
  }
}

function installed() {
  const at = join(folder, 'jobs');
  if (existsSync(at)) return at;
  cpSync(join(import.meta.dirname, 'jobs'), at, { recursive: true });
  install(at, tarball);
  return at;
}

/** A worker that is killed in the middle of its job, and, where the queue does that, a job that is delivered twice. */
async function tryQueue(at, queue, { deliversTwice, ...variables }) {
  const DATABASE_URL = await emptyDatabase();
  const env = { PATH: process.env.PATH, DATABASE_URL, QUEUE: queue, ...variables };
  const programs = [];
  const start = (role) => {
    const program = new Program(nodeOf(NODE), role, at, env);
    programs.push(program);
    return program;
  };
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  try {
    const url = await start('web').says(/^http/);
    await client.query(`INSERT INTO credits.wallets (user_id, balance) VALUES ('alice', 100)`);
    await client.query('CREATE TABLE texts (hold_id uuid)');
    const request = () => fetch(`${url}/transcriptions`, { method: 'POST', headers: { 'x-user': 'alice' } });
    const expectWallet = async (expected) => {
      const { rows } = await client.query(
        `SELECT balance::int, held::int, (SELECT count(*)::int FROM texts) AS texts,
                (SELECT count(*)::int FROM credits.entries WHERE kind = 'charge') AS charges
           FROM credits.wallets WHERE user_id = 'alice'`,
      );
      assert.deepEqual(rows[0], expected, queue);
    };

    const accepted = await request();
    assert.equal(accepted.status, 202);
    assert.deepEqual((await accepted.json()).credits.held, 50);
    const killed = start('slow');
    await killed.says('begun');
    killed.child.kill('SIGKILL');
    await expectWallet({ balance: 100, held: 50, texts: 0, charges: 0 });
    const second = start('quick');
    await second.says('done');
    await expectWallet({ balance: 50, held: 0, texts: 1, charges: 1 });
    second.child.kill('SIGKILL');

    if (deliversTwice) {
      const first = start('slow');
      await first.says('ready');
      assert.equal((await request()).status, 202);
      await first.says('begun');
      await start('quick').says('done');
      first.child.stdin.write('go on\n');
      await first.says(/^hold_/);
      await expectWallet({ balance: 0, held: 0, texts: 2, charges: 2 });
    }
    console.log(
      `ok ${queue}: a worker killed in its job, one charge${deliversTwice ? '; delivered twice, one charge' : ''}`,
    );
  } finally {
    await client.end();
    for (const { child } of programs) child.kill('SIGKILL');
  }
}

class Program {
  #lines = [];

  constructor(node, role, cwd, env) {
    this.role = role;
    this.child = spawn(node, ['host.mjs', role], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface(this.child.stdout).on('line', (line) => this.#lines.push(line));
  }

  async says(wanted) {
    const isIt = (line) => (typeof wanted === 'string' ? line === wanted : wanted.test(line));
    for (const deadline = Date.now() + SAYS_WITHIN_MS; ; await delay(20)) {
      const line = this.#lines.find(isIt);
      if (line !== undefined) return line;
      if (Date.now() > deadline) throw new Error(`${this.role} never said ${wanted}, but: ${this.#lines}`);
    }
  }
}

function freePort() {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(String(port)));
    });
  });
}
