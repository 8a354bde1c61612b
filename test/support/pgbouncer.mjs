import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const PROGRAM = '/usr/sbin/pgbouncer';
const ANSWERS_WITHIN_MS = 10_000;

/** Debian's package; a run without it skips what needs it, and says so. */
export const hasPgBouncer = spawnSync(PROGRAM, ['--version']).status === 0;

/** A pooler before the server of this address. */
export async function startPgBouncer(
  serverUrl,
  {
    ignores = 'extra_float_digits, lock_timeout, statement_timeout, idle_in_transaction_session_timeout',
    poolSize = 8,
    mode = 'transaction',
  } = {},
) {
  const { hostname, port: serverPort, username, password } = new URL(serverUrl);
  const folder = mkdtempSync(join(tmpdir(), 'creditgate-pooler-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  writeFileSync(
    settings,
    `[databases]
* = host=${hostname} port=${serverPort} user=${decodeURIComponent(username)}${password && ` password=${decodeURIComponent(password)}`}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${poolSize}
max_client_conn = 200
ignore_startup_parameters = ${ignores}
`,
  );
  // It refuses to run as root.
  const account = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(PROGRAM, ['-q', ...account, settings], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const urlOf = (directUrl) => Object.assign(new URL(directUrl), { port: String(port) }).href;
  await answers(urlOf(serverUrl));
  return {
    urlOf,
    async stop() {
      child.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(connectionString) {
  for (const deadline = Date.now() + ANSWERS_WITHIN_MS; ;) {
    const client = new pg.Client({ connectionString });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(20);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
