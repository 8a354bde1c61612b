// From the command to the address it prints: the first time, when it makes its database, and the next.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { durableFolder } from './database.mjs';
import { median } from './load.mjs';

const MAIN = join(import.meta.dirname, '../../dist/main.js');

/** @returns medians in seconds: `{ cold, warm }` */
export async function measureStartUp({ rounds, signal, say }) {
  const taken = { cold: [], warm: [] };
  for (let round = 1; round <= rounds; round += 1) {
    const folder = await durableFolder('creditgate-start-');
    try {
      for (const kind of ['cold', 'warm']) {
        signal.throwIfAborted();
        const seconds = await timeToAddress(join(folder, 'data'));
        taken[kind].push(seconds);
        say(`round ${round} of ${rounds}: ${kind} start ${seconds.toFixed(2)} s`);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return { cold: median(taken.cold), warm: median(taken.warm) };
}

async function timeToAddress(dataDir) {
  const env = { ...process.env, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' };
  delete env.DATABASE_URL;
  const started = performance.now();
  const child = spawn(process.execPath, [MAIN], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const said = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
  if (said === undefined) throw new Error('the product ended before it had started');
  const seconds = (performance.now() - started) / 1000;
  child.kill('SIGTERM');
  await ended;
  return seconds;
}
