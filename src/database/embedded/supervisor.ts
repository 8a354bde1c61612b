// A process of its own that keeps the embedded server running while anybody needs it (lease-desk.ts), and then
// stops it cleanly and ends. It is detached: neither Ctrl-C nor the death of the process that started it takes
// the database away from the others.
//
// Of several supervisors at once the one in charge is the one that holds an advisory lock in the server. The
// others wait for it, until their starters have got a lease from the one in charge and let them go.

import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Account, runAs } from './account.js';
import { superuserUrl } from './cluster.js';
import { freePort } from './free-port.js';
import { dataFolder, supervisorFile } from './home.js';
import { LeaseDesk } from './lease-desk.js';
import { readState } from './lease.js';
import { runningPostmaster } from './postmaster.js';
import { DATABASE, serverArguments } from './settings.js';

export interface SupervisorOrder {
  home: string;
  bin: string;
  account?: Account;
}

const IN_CHARGE_LOCK = 4_207_201;
const POLL_MS = 20;
const ASK_AGAIN_TO_STOP_MS = 1000;
const FAILURES_OF_A_FIRST_START = 4;
const PAUSE_PER_FAILURE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

class Supervisor {
  private readonly desk = new LeaseDesk(process.stdin);
  private readonly data: string;
  private server?: ChildProcess;
  private port = 0;
  private portIsKnown = false;
  private inCharge = false;
  private failures = 0;

  constructor(private readonly order: SupervisorOrder) {
    this.data = dataFolder(order.home);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.desk.sendAllAway());
  }

  async run(): Promise<void> {
    try {
      for (let session = await this.takeCharge(); session; session = await this.takeCharge()) {
        await this.open(session);
        await Promise.race([this.desk.deserted, ended(session)]);
        await session.end().catch(() => undefined);
        // The session has ended by itself: the server crashed or was restarted.
        if (!this.desk.isDeserted) this.inCharge = false;
      }
    } finally {
      await this.stopServer();
    }
  }

  /** A session that holds the lock, once there is a server and nobody else is in charge of it. */
  private async takeCharge(): Promise<pg.Client | undefined> {
    while (!this.desk.isDeserted) {
      if (!this.server && !runningPostmaster(this.data)) await this.startServer();
      const session = await this.tryLock();
      if (session instanceof pg.Client) return session;
      if (session === 'refused') this.desk.sendAllAway();
      await delay(POLL_MS);
    }
    return undefined;
  }

  private async startServer(): Promise<void> {
    await delay(Math.min(this.failures * PAUSE_PER_FAILURE_MS, LONGEST_PAUSE_MS));
    // Clients keep the address, so the port changes only as long as nobody knows it.
    if (!this.portIsKnown) {
      this.port = await freePort(this.failures === 0 ? readState(this.order.home)?.port : undefined);
    }
    // Another supervisor may have served the starter meanwhile.
    if (this.desk.isDeserted) return;
    const { bin, account } = this.order;
    this.server = spawn(join(bin, 'postgres'), serverArguments(this.data, this.port), {
      ...runAs(account),
      // The server must not see the secrets in our environment; on Windows it cannot start without an environment.
      ...(process.platform === 'win32' ? {} : { env: {} }),
      cwd: bin,
      stdio: ['ignore', 'inherit', 'inherit'],
      windowsHide: true,
    });
    this.server.on('error', (error) => console.error(`FATAL: ${error.message}`));
    this.server.once('close', () => this.serverClosed());
  }

  private serverClosed(): void {
    this.server = undefined;
    // Another start was faster: wait for its server.
    if (runningPostmaster(this.data)) return;
    this.failures += 1;
    // A server that has run before comes up again once its disk has room, however long that takes.
    if (this.failures >= FAILURES_OF_A_FIRST_START && !this.portIsKnown) this.desk.sendAllAway();
  }

  private async tryLock(): Promise<pg.Client | 'taken' | 'refused' | 'down'> {
    const port = runningPostmaster(this.data)?.port ?? this.port;
    const session = new pg.Client({
      connectionString: superuserUrl(this.order.home, port, 'postgres'),
      application_name: 'creditgate-supervisor',
      connectionTimeoutMillis: 1000,
    });
    session.on('error', () => undefined);
    let answer: 'taken' | 'refused' | 'down' = 'taken';
    try {
      await session.connect();
      const lock = 'SELECT pg_try_advisory_lock($1) AS held';
      const { rows } = await session.query<{ held: boolean }>(lock, [IN_CHARGE_LOCK]);
      if (rows[0]?.held) {
        Object.assign(this, { port, inCharge: true, failures: 0 });
        return session;
      }
    } catch (error) {
      const { code = '', message } = error as { code?: string; message: string };
      // Class 28: the password was changed. Anything else: the server is not up yet, or is stopping.
      answer = code.startsWith('28') ? 'refused' : 'down';
      if (answer === 'refused') console.error(`FATAL: ${message}`);
    }
    await session.end().catch(() => undefined);
    return answer;
  }

  private async open(session: pg.Client): Promise<void> {
    const { rowCount } = await session.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await session.query(`CREATE DATABASE ${DATABASE}`);
    const leasePort = await this.desk.open(this.port);
    this.portIsKnown = true;
    const { home, account } = this.order;
    const unfinished = `${supervisorFile(home)}.${process.pid}`;
    const state = { pid: process.pid, leasePort, token: this.desk.token, port: this.port };
    writeFileSync(unfinished, `${JSON.stringify(state)}\n`, { mode: 0o600 });
    if (account) chownSync(unfinished, account.uid, account.gid);
    renameSync(unfinished, supervisorFile(home));
  }

  /** Fast shutdown: open transactions are rolled back, committed ones are on disk. It may take a while under load. */
  private async stopServer(): Promise<void> {
    if (!this.inCharge && !(await this.isOursToStop())) return;
    const isUp = () => this.server ?? runningPostmaster(this.data);
    while (isUp()) {
      await this.askServerToStop();
      const deadline = Date.now() + ASK_AGAIN_TO_STOP_MS;
      while (isUp() && Date.now() < deadline) await delay(POLL_MS);
    }
  }

  /**
   * If several supervisors start at once, one may start the server while another is in charge of it. Then the one
   * that started it leaves it running.
   */
  private async isOursToStop(): Promise<boolean> {
    while (this.server ?? (this.portIsKnown && runningPostmaster(this.data))) {
      const session = await this.tryLock();
      if (session !== 'down') return session !== 'taken' && (this.inCharge || this.server !== undefined);
      await delay(POLL_MS);
    }
    return false;
  }

  /** By `pg_ctl`, because on Windows a signal would kill the server instead. */
  private async askServerToStop(): Promise<void> {
    const { bin, account } = this.order;
    const order = ['stop', '-m', 'fast', '--no-wait', '--silent', '-D', this.data];
    const pgCtl = spawn(join(bin, 'pg_ctl'), order, {
      ...runAs(account),
      cwd: bin,
      stdio: 'ignore',
      windowsHide: true,
    });
    const done = new Promise((resolve) => pgCtl.once('error', resolve).once('close', resolve));
    // It finds the server by its folder. If that was removed, nothing is left to write out.
    if ((await done) !== 0) this.server?.kill('SIGQUIT');
  }
}

function ended(session: pg.Client): Promise<void> {
  return new Promise((resolve) => session.once('end', () => resolve()));
}

try {
  await new Supervisor(JSON.parse(process.argv[2] ?? '') as SupervisorOrder).run();
  process.exit(0);
} catch (error) {
  console.error(`FATAL: ${(error as Error).message}`);
  process.exit(1);
}
