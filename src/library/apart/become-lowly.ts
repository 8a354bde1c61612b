import { readdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';

const PRIORITY = 5;
/** Of -1000 … 1000: when the machine runs out of memory, this process goes before the server or its database. */
const OOM_SCORE = '800';

/**
 * What a process that reads strangers' files may keep: its open descriptors, little of the processors, and no more
 * life than its server has. As root it becomes `account`; once that is done there is no way back.
 */
export function becomeLowly(account: number | undefined): void {
  endWithParent();
  stepBack();
  if (account === undefined) return;
  process.setgroups!([]);
  process.setgid!(account);
  process.setuid!(account);
}

/** From a thread of its own: this one may be busy for ever when the server is killed. */
function endWithParent(): void {
  // Asked here: by the time the thread is up, the server may be gone.
  const watch = `const parent = ${process.ppid};
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);`;
  const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 };
  new Worker(watch, { eval: true, env: {}, execArgv: [], resourceLimits: limits }).unref();
}

/** Linux knows priorities of threads, not of processes: those that run already are asked one by one. */
function stepBack(): void {
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid];
  for (const thread of threads) attempt(() => setPriority(thread, PRIORITY));
  if (process.platform === 'linux') attempt(() => writeFileSync('/proc/self/oom_score_adj', OOM_SCORE));
}

/** A thread may have ended, or a container forbid it: courtesy, no wall. */
function attempt(courtesy: () => void): void {
  try {
    courtesy();
  } catch {
    // Then without.
  }
}
