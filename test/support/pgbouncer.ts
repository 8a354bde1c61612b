import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/database/embedded/free-port.js';
import { answers, eventually } from '../database/processes.js';

const PROGRAM = '/usr/sbin/pgbouncer';

/** Debian's package; a run without it skips what needs it, and says so. */
export const hasPgBouncer = spawnSync(PROGRAM, ['--version']).status === 0;

export interface PgBouncer {
  /** Of the same database by way of the pooler. */
  urlOf(directUrl: string): string;
  stop(): Promise<void>;
}

/** A pooler in transaction mode before the server of this address. */
export async function startPgBouncer(
  serverUrl: string,
  {
    ignores = 'extra_float_digits, lock_timeout, statement_timeout, idle_in_transaction_session_timeout',
  } = {},
): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password } = new URL(serverUrl);
  const folder = mkdtempSync(join(tmpdir(), 'creditgate-pooler-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  writeFileSync(
    settings,
    `[databases]
* = host=${hostname} port=${serverPort} user=${decodeURIComponent(username)} password=${decodeURIComponent(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 8
max_client_conn = 200
ignore_startup_parameters = ${ignores}
`,
  );
  // It refuses to run as root.
  const account = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(PROGRAM, ['-q', ...account, settings], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const urlOf = (directUrl: string) => Object.assign(new URL(directUrl), { port: String(port) }).href;
  await eventually('the pooler to answer', () => answers(urlOf(serverUrl)));
  return {
    urlOf,
    async stop() {
      child.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
