import { spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  cpSync,
  fchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runAs } from '../../../dist/database/embedded/account.js';
import { superuserUrl } from '../../../dist/database/embedded/cluster.js';
import { dataFolder } from '../../../dist/database/embedded/home.js';
import { serverArguments } from '../../../dist/database/embedded/settings.js';
import { childrenOf, connect, signal } from '../cluster.mjs';

const START_WITHIN_MS = 30_000;
/** What a copy of a running server's folder must not take along. */
const OF_THE_RUN = ['postmaster.pid', 'pg_wal', 'standby.signal', 'backup_label'];

/** One of the two servers: a folder, a port, and a postmaster that is a child of this process. */
export class Server {
  #postmaster;
  #ended;

  constructor({ home, bin, account, port, log }) {
    Object.assign(this, { home, bin, account, port, log });
  }

  get url() {
    return superuserUrl(this.home, this.port, 'postgres');
  }

  get #data() {
    return dataFolder(this.home);
  }

  async start(settings = {}) {
    const log = openSync(this.log, 'a', 0o600);
    if (this.account) fchownSync(log, this.account.uid, this.account.gid);
    const own = { wal_keep_size: '1GB', shared_buffers: '64MB', ...settings };
    const options = Object.entries(own).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const program = [...serverArguments(this.#data, this.port), ...options];
    const stdio = ['ignore', log, log];
    this.#postmaster = spawn(join(this.bin, 'postgres'), program, {
      ...{ ...runAs(this.account), cwd: this.bin, env: {}, stdio },
    });
    this.#ended = new Promise((resolve) => this.#postmaster.once('close', resolve));
    closeSync(log);
    const deadline = Date.now() + START_WITHIN_MS;
    while (!(await this.query('SELECT 1').catch(() => undefined))) {
      if (Date.now() > deadline) throw new Error(`the server on port ${this.port} does not start`);
      await delay(20);
    }
  }

  /** SIGKILL to the postmaster and every process of it, as when the machine goes. */
  async kill() {
    if (this.#postmaster === undefined) return;
    this.#signalAll('SIGKILL');
    await this.#ended;
    this.#postmaster = undefined;
  }

  /** Nothing answers, and connections stay open. Answers how to go on. */
  pause() {
    this.#signalAll('SIGSTOP');
    return () => this.#signalAll('SIGCONT');
  }

  async query(sql, values = [], database = 'postgres') {
    const client = await connect(superuserUrl(this.home, this.port, database));
    try {
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** What pg_basebackup does, which the embedded package has not: a copy of a server that goes on, to follow it. */
  async becomeStandbyOf(primary) {
    rmSync(this.#data, { recursive: true, force: true });
    mkdirSync(join(this.home, basename(join(this.#data, '..'))), { recursive: true });
    const client = await connect(primary.url);
    try {
      await client.query("SELECT pg_backup_start('standby', true)");
      const filter = (path) => !OF_THE_RUN.includes(basename(path));
      cpSync(primary.#data, this.#data, { recursive: true, filter });
      for (const folder of ['pg_wal', 'pg_wal/archive_status', 'pg_wal/summaries']) {
        mkdirSync(join(this.#data, folder), { mode: 0o700 });
      }
      const [{ labelfile }] = (await client.query('SELECT labelfile FROM pg_backup_stop(false)')).rows;
      writeFileSync(join(this.#data, 'backup_label'), labelfile);
      writeFileSync(join(this.#data, 'standby.signal'), '');
    } finally {
      await client.end();
    }
    if (this.account) own(this.#data, this.account);
    const { password } = new URL(primary.url);
    const address = `host=127.0.0.1 port=${primary.port} user=postgres password=${password}`;
    await this.start({ primary_conninfo: address });
  }

  #signalAll(name) {
    for (const pid of [this.#postmaster.pid, ...childrenOf(this.#postmaster.pid)]) signal(pid, name);
  }
}

function own(path, { uid, gid }) {
  chownSync(path, uid, gid);
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    chownSync(join(entry.parentPath, entry.name), uid, gid);
  }
}
