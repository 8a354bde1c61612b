import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serverAccount } from '../../../dist/database/embedded/account.js';
import { findBinaries } from '../../../dist/database/embedded/binaries.js';
import { makeCluster } from '../../../dist/database/embedded/cluster.js';
import { clusterFolder, commonFolder, findHome, passwordFile } from '../../../dist/database/embedded/home.js';
import { freePort } from '../cluster.mjs';
import { Server } from './server.mjs';

const OWNER = 'chaos_owner';
const FOLLOWS_WITHIN_MS = 30_000;

/** A primary and a standby, which swap their parts with every failover. */
export class Pair {
  primary;
  standby;
  #folder = mkdtempSync(join(tmpdir(), 'creditgate-failover-'));
  #password = randomBytes(16).toString('hex');

  static async make() {
    const pair = new Pair();
    // As root the servers run as another account, which has to pass through.
    chmodSync(pair.#folder, 0o755);
    const [one, two] = await Promise.all(['one', 'two'].map((name) => pair.#server(name)));
    await makeCluster(one.home, one.bin, one.account);
    mkdirSync(clusterFolder(two.home), { recursive: true });
    cpSync(passwordFile(one.home), passwordFile(two.home));
    if (two.account) chownSync(clusterFolder(two.home), two.account.uid, two.account.gid);
    [pair.primary, pair.standby] = [one, two];
    await one.start();
    await one.query(`CREATE ROLE ${OWNER} LOGIN PASSWORD '${pair.#password}'`);
    return pair;
  }

  async #server(name) {
    const home = findHome(join(this.#folder, name)).path;
    const account = serverAccount(clusterFolder(home));
    const bin = findBinaries(account, () => (account ? commonFolder() : home));
    return new Server({ home, bin, account, port: await freePort(), log: join(this.#folder, `${name}.log`) });
  }

  get folder() {
    return this.#folder;
  }

  /** Of both hosts, as an operator writes it. */
  async createDatabase(name) {
    await this.primary.query(`CREATE DATABASE ${name} OWNER ${OWNER}`);
    const hosts = [this.primary, this.standby].map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `postgresql://${OWNER}:${this.#password}@${hosts}/${name}?target_session_attrs=read-write`;
  }

  /** The standby is made anew from the primary, whose commits wait for it from now on if they are to. */
  async follow({ synchronous }) {
    await this.standby.becomeStandbyOf(this.primary);
    const state = synchronous ? 'sync' : 'async';
    if (synchronous) await this.#setSynchronous("'*'");
    const deadline = Date.now() + FOLLOWS_WITHIN_MS;
    const seen = () => this.primary.query('SELECT sync_state, state FROM pg_stat_replication');
    while (!(await seen()).some((row) => row.sync_state === state && row.state === 'streaming')) {
      if (Date.now() > deadline)
        throw new Error(`the standby does not follow: ${JSON.stringify(await seen())}`);
      await delay(50);
    }
  }

  async #setSynchronous(names) {
    await this.primary.query(`ALTER SYSTEM SET synchronous_standby_names = ${names}`);
    await this.primary.query('SELECT pg_reload_conf()');
  }

  /** The primary is killed and the standby becomes one. Answers when that was, by this process's clock. */
  async failOver() {
    await this.primary.kill();
    await this.standby.query('SELECT pg_promote()');
    [this.primary, this.standby] = [this.standby, this.primary];
    return performance.now();
  }

  /** The former primary comes back as it was, and would take writes without waiting for anybody. */
  async formerComesBack() {
    await this.standby.start({ synchronous_standby_names: '' });
    return this.standby;
  }

  async remove() {
    await Promise.all([this.primary.kill(), this.standby.kill()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
