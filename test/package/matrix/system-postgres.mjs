// The PostgreSQL 15 that Debian 12 has: apt-get install postgresql-15.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { runAs, serverAccount } from '../../../dist/database/embedded/account.js';

const BIN = '/usr/lib/postgresql/15/bin';
const START_WITHIN_MS = 30_000;

export function hasSystemPostgres() {
  return existsSync(join(BIN, 'postgres'));
}

/** A server in a folder of its own, for as long as `use` takes; it is given the superuser's address. */
export async function withSystemPostgres(use) {
  const folder = mkdtempSync(join(tmpdir(), 'creditgate-postgres-15-'));
  const data = join(folder, 'data');
  const account = serverAccount(data);
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const options = { ...runAs(account), cwd: folder };
  execFileSync(
    join(BIN, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale'],
    options,
  );
  const port = await freePort();
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`];
  const server = spawn(join(BIN, 'postgres'), ['-D', data, '-p', port, ...settings], {
    ...options,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  try {
    const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
    await answers(url);
    return await use(url);
  } finally {
    server.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function answers(connectionString) {
  for (const deadline = Date.now() + START_WITHIN_MS; ; await delay(100)) {
    const client = new pg.Client({ connectionString });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

function freePort() {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
