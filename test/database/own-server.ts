import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAs, serverAccount } from '../../src/database/embedded/account.js';
import { findBinaries } from '../../src/database/embedded/binaries.js';
import { makeCluster, superuserUrl } from '../../src/database/embedded/cluster.js';
import { clusterFolder, commonFolder, dataFolder, findHome } from '../../src/database/embedded/home.js';
import { freePort } from '../../src/database/embedded/free-port.js';
import { answers, eventually } from './processes.js';

export interface OwnServer {
  url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** From the next start on: a server that only replays what another one sends. */
  makeStandby(): void;
  remove(): void;
}

/** A server without the safe settings of the product, for a test to spoil. */
export async function makeOwnServer(): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'creditgate-own-'));
  chmodSync(folder, 0o755);
  const { path: home } = findHome(join(folder, 'data'));
  const account = serverAccount(clusterFolder(home));
  const bin = findBinaries(account, () => (account ? commonFolder() : home));
  await makeCluster(home, bin, account);
  const data = dataFolder(home);
  const port = await freePort();
  const url = superuserUrl(home, port, 'postgres');
  let ended: Promise<unknown> = Promise.resolve();

  const start = async () => {
    const options = ['-D', data, '-p', String(port), '-c', 'unix_socket_directories=', '-h', '127.0.0.1'];
    const server = spawn(join(bin, 'postgres'), options, { ...runAs(account), cwd: bin, stdio: 'ignore' });
    ended = new Promise((resolve) => server.once('close', resolve));
    await eventually('the server to answer', () => answers(url));
  };
  const stop = async () => {
    const options = ['stop', '-m', 'fast', '-D', data];
    spawn(join(bin, 'pg_ctl'), options, { ...runAs(account), cwd: bin, stdio: 'ignore' });
    await ended;
  };
  return {
    url,
    start,
    stop,
    makeStandby: () => writeFileSync(join(data, 'standby.signal'), '', { mode: 0o644 }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
