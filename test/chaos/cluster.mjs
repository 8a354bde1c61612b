import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fchownSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { runAs, serverAccount } from '../../dist/database/embedded/account.js';
import { findBinaries } from '../../dist/database/embedded/binaries.js';
import { makeCluster, superuserUrl } from '../../dist/database/embedded/cluster.js';
import { clusterFolder, commonFolder, dataFolder, findHome } from '../../dist/database/embedded/home.js';
import { serverArguments } from '../../dist/database/embedded/settings.js';
import { SmallDisk } from './small-disk.mjs';

const START_WITHIN_MS = 30_000;
const OWNER = 'chaos_owner';

/**
 * A PostgreSQL of the run's own, without a supervisor in between: the postmaster is a child of this process, so
 * it can be crashed, stopped and continued. The settings are the product's, durable, unless a control spoils them.
 * `POSTGRES_BIN` is the folder of another version's programs than the embedded server's.
 */
export class Cluster {
  #folder;
  #home;
  #bin;
  #account;
  #port;
  #server;
  #ended = Promise.resolve();
  #ownerPassword = randomBytes(16).toString('hex');
  version = 'unknown';
  /** undefined where none may be mounted. */
  smallDisk;

  static async make() {
    const cluster = new Cluster();
    cluster.#folder = mkdtempSync(join(tmpdir(), 'creditgate-chaos-'));
    // As root the server runs as another account, which has to pass through.
    chmodSync(cluster.#folder, 0o755);
    cluster.#home = findHome(join(cluster.#folder, 'data')).path;
    cluster.#account = serverAccount(clusterFolder(cluster.#home));
    const { POSTGRES_BIN: other } = process.env;
    cluster.#bin =
      other ?? findBinaries(cluster.#account, () => (cluster.#account ? commonFolder() : cluster.#home));
    await makeCluster(cluster.#home, cluster.#bin, cluster.#account, other && ['--locale=C.UTF-8']);
    cluster.#port = await freePort();
    cluster.smallDisk = SmallDisk.mount(join(cluster.#folder, 'disk'), cluster.#account);
    return cluster;
  }

  /** The superuser's, for the faults. */
  url(database = 'postgres') {
    return superuserUrl(this.#home, this.#port, database);
  }

  /** Resolves when the server answers; a crash before is recovered from the log by then. */
  async start(settings = {}) {
    const log = openSync(join(this.#folder, 'postgres.log'), 'a', 0o600);
    if (this.#account) fchownSync(log, this.#account.uid, this.#account.gid);
    const spoiled = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn(
      join(this.#bin, 'postgres'),
      [...serverArguments(dataFolder(this.#home), this.#port), ...spoiled],
      { ...runAs(this.#account), cwd: this.#bin, env: {}, stdio: ['ignore', log, log] },
    );
    closeSync(log);
    this.#server = server;
    this.#ended = new Promise((resolve) => server.once('close', resolve).once('error', resolve));
    await this.#answers();
  }

  /** What `pg_ctl stop -m immediate` does: nothing is written any more, the next start recovers. */
  async crash() {
    await this.#end('SIGQUIT');
  }

  async stop() {
    await this.#end('SIGINT');
  }

  /** Freezes the postmaster and every backend: connections stay open and nothing answers. */
  pause() {
    const paused = [this.#server.pid, ...childrenOf(this.#server.pid)];
    for (const pid of paused) signal(pid, 'SIGSTOP');
    return () => {
      for (const pid of paused) signal(pid, 'SIGCONT');
    };
  }

  /** @returns the address by which the product uses it: of an owner that is no superuser */
  async createDatabase(name, { onSmallDisk = false } = {}) {
    await this.#makeOwner();
    if (!onSmallDisk) {
      await this.query(`CREATE DATABASE ${name} OWNER ${OWNER}`);
    } else {
      const [{ known }] = await this.query(
        "SELECT count(*)::int AS known FROM pg_tablespace WHERE spcname = 'small'",
      );
      if (!known) await this.query(`CREATE TABLESPACE small LOCATION '${this.smallDisk.path}'`);
      await this.query(`CREATE DATABASE ${name} OWNER ${OWNER} TABLESPACE small`);
    }
    const url = new URL(this.url(name));
    [url.username, url.password] = [OWNER, this.#ownerPassword];
    return url.href;
  }

  async #makeOwner() {
    const [{ known }] = await this.query(
      `SELECT count(*)::int AS known FROM pg_roles WHERE rolname = '${OWNER}'`,
    );
    if (!known) await this.query(`CREATE ROLE ${OWNER} LOGIN PASSWORD '${this.#ownerPassword}'`);
  }

  async query(sql, values = [], database = undefined) {
    const client = await connect(this.url(database));
    try {
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async remove() {
    if (this.#server) await this.crash();
    this.smallDisk?.unmount();
    rmSync(this.#home, { recursive: true, force: true });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signalName) {
    this.#server.kill('SIGCONT');
    this.#server.kill(signalName);
    await this.#ended;
    this.#server = undefined;
  }

  async #answers() {
    const deadline = Date.now() + START_WITHIN_MS;
    for (;;) {
      try {
        const [row] = await this.query("SELECT current_setting('server_version') AS version");
        this.version = row.version;
        return;
      } catch (error) {
        const gone = this.#server.exitCode !== null || this.#server.signalCode !== null;
        if (gone || Date.now() > deadline) throw new Error('PostgreSQL does not start', { cause: error });
        await delay(10);
      }
    }
  }
}

/** An administrator's connection, which the faults of the run may break at any time. */
export async function connect(connectionString) {
  const client = new pg.Client({
    connectionString,
    application_name: 'chaos',
    connectionTimeoutMillis: 5000,
    query_timeout: 60_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export function childrenOf(parent) {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=']).toString().trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => pid);
}

/** A backend may have ended on its own since it was listed. */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
