// An embedded PostgreSQL: real server, no installation. Several processes with one DATA_DIR share one server. The
// first one starts it, by way of a detached supervisor (embedded/supervisor.ts); the others join it; the last one
// out stops it. It never stops under somebody who still uses it, whichever process came first and however that
// one ended; a supervisor that is killed is replaced by the processes it served.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, fchownSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { folderError } from '../config/folder-error.js';
import { StartError, UnavailableError } from '../config/start-error.js';
import { serverAccount } from './embedded/account.js';
import { findBinaries } from './embedded/binaries.js';
import { makeCluster } from './embedded/cluster.js';
import { clusterFolder, commonFolder, dataFolder, findHome, logFile } from './embedded/home.js';
import { type Lease, requestLease } from './embedded/lease.js';
import { runningPostmaster } from './embedded/postmaster.js';
import { makeOwner, ownerUrl } from './embedded/owner.js';
import type { SupervisorOrder } from './embedded/supervisor.js';

export interface EmbeddedPostgresOptions {
  dataDir: string;
  onProgress?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /**
   * Connects as the owner of the database `creditgate`, who is not a superuser. It stays the same as long as this
   * process runs.
   */
  url: string;
  /** Gives the server back. Resolves once it is down, or if others keep it running. */
  stop(): Promise<void>;
}

const SUPERVISOR = fileURLToPath(new URL('./embedded/supervisor.js', import.meta.url));
const POLL_MS = 15;
const START_WITHIN_MS = 30_000;
const PROGRESS_EVERY_MS = 5000;
const STOP_WITHIN_MS = 8000;
const LARGEST_LOG_BYTES = 10_000_000;

/** @throws ConfigurationError if no server can run here; UnavailableError if it does not come up */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const progress = options.onProgress ?? (() => undefined);
  const order = await prepare(options.dataDir, progress).catch((error) => refuse(error));
  let lease = await acquireLease(order, progress);
  await makeOwner(order.home, lease.port, order.account).catch((cause: Error) => {
    lease.socket.destroy();
    throw new UnavailableError(`The owner of the embedded database could not be made: ${cause.message}`, {
      cause,
    });
  });
  let stopped = false;

  const keep = () =>
    lease.socket.once('close', () => {
      if (!stopped) void renew();
    });
  const renew = async () => {
    progress('The supervisor of the embedded database is gone: starting another');
    while (!stopped) {
      try {
        lease = await acquireLease(order, progress);
        if (stopped) lease.socket.destroy();
        keep();
        return;
      } catch (error) {
        progress((error as Error).message);
        await delay(PROGRESS_EVERY_MS, undefined, { ref: false });
      }
    }
  };
  keep();

  const stop = async () => {
    stopped = true;
    if (lease.socket.destroyed) return;
    const closed = new Promise((resolve) => lease.socket.once('close', resolve));
    lease.socket.ref().end();
    await Promise.race([closed, delay(STOP_WITHIN_MS, undefined, { ref: false })]);
  };
  return { url: ownerUrl(order.home, lease.port), stop };
}

async function prepare(dataDir: string, progress: (line: string) => void): Promise<SupervisorOrder> {
  const { path: home, notice } = findHome(dataDir);
  if (notice) progress(notice);
  const account = serverAccount(clusterFolder(home));
  const bin = findBinaries(account, () => (account ? commonFolder() : home));
  if (!existsSync(clusterFolder(home))) {
    progress(`Making the embedded database in ${home}`);
    await makeCluster(home, bin, account);
  }
  return { home, bin, account };
}

function refuse(error: unknown): never {
  const fault = error as NodeJS.ErrnoException;
  if (error instanceof StartError || !fault.code) throw error;
  throw folderError('DATA_DIR must be a folder that this account can write to', fault);
}

async function acquireLease(order: SupervisorOrder, progress: (line: string) => void): Promise<Lease> {
  let supervisor: ChildProcess | undefined;
  let deadline = Date.now() + START_WITHIN_MS;
  let nextProgress = Date.now() + PROGRESS_EVERY_MS;
  const logged = sizeOf(logFile(order.home));
  try {
    for (;;) {
      const lease = await requestLease(order.home);
      if (lease) return lease;
      supervisor ??= launchSupervisor(order);
      if (supervisor.exitCode !== null || supervisor.signalCode !== null)
        throw notStarted(order.home, logged);
      const now = Date.now();
      if (now > nextProgress) {
        nextProgress = now + PROGRESS_EVERY_MS;
        progress('The embedded database does not answer yet');
        // Recovery after a crash may take long, and the next start would have to begin it again.
        if (runningPostmaster(dataFolder(order.home))) deadline = now + START_WITHIN_MS;
      }
      if (now > deadline) throw notStarted(order.home, logged);
      await delay(POLL_MS);
    }
  } finally {
    // This process needs its own supervisor no longer, whether or not it has a lease, and from whichever supervisor.
    supervisor?.stdin?.end();
  }
}

function launchSupervisor(order: SupervisorOrder): ChildProcess {
  const path = logFile(order.home);
  if (sizeOf(path) > LARGEST_LOG_BYTES) renameSync(path, `${path}.1`);
  const log = openSync(path, 'a', 0o600);
  if (order.account) fchownSync(log, order.account.uid, order.account.gid);
  const supervisor = spawn(process.execPath, [SUPERVISOR, JSON.stringify(order)], {
    cwd: order.home,
    detached: true,
    ...(process.platform === 'win32' ? {} : { env: {} }),
    stdio: ['pipe', log, log],
    windowsHide: true,
  });
  closeSync(log);
  supervisor.on('error', () => undefined);
  supervisor.stdin?.on('error', () => undefined);
  supervisor.unref();
  return supervisor;
}

function notStarted(home: string, logged: number): UnavailableError {
  const path = logFile(home);
  const lines = readFileSync(path).subarray(logged).toString().trim().split('\n');
  const reason = lines.findLast((line) => line.includes('FATAL')) ?? lines.at(-1);
  return new UnavailableError(`The embedded database did not start, see ${path}: ${reason}`);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
