// Several instances on one database: each its own process, its own gatherer and its own connections.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openService } from '../contenders/ours.mjs';
import { median } from '../load.mjs';
import { WALLETS } from '../wallets.mjs';

const CALLERS = 256;
const RUNS = [
  [1, 'spread'],
  [4, 'spread'],
  [4, 'own'],
  [1, 'hot'],
  [4, 'hot'],
];

/**
 * `own`: each instance has wallets of its own, as behind a balancer that goes by the user.
 *
 * @returns charges a second of them all, by instances and wallets: `{ '1 spread': …, '4 own': … }`
 */
export async function fourInstances({ url, seconds, rounds, say }) {
  const service = await openService(url);
  await service.openWallets(WALLETS);
  await service.close();
  const workers = await Promise.all(Array.from({ length: 4 }, () => startWorker(url)));
  const measured = {};
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const [count, wallets] of RUNS) {
        const perSecond = await together(workers.slice(0, count), {
          wallets,
          callers: CALLERS / count,
          seconds,
        });
        (measured[`${count} ${wallets}`] ??= []).push(perSecond);
        say(`round ${round} of ${rounds}: ${count} instances, ${wallets} ${Math.round(perSecond)}/s`);
      }
    }
  } finally {
    for (const worker of workers) worker.disconnect();
  }
  return Object.fromEntries(Object.entries(measured).map(([key, rates]) => [key, median(rates)]));
}

async function startWorker(url) {
  const worker = fork(join(import.meta.dirname, 'instance.mjs'), [url]);
  await once(worker, 'message');
  return worker;
}

async function together(workers, load) {
  const rates = await Promise.all(
    workers.map(async (worker, index) => {
      worker.send({ ...load, index, count: workers.length });
      const [{ perSecond, failure }] = await once(worker, 'message');
      if (failure !== undefined) throw new Error(failure);
      return perSecond;
    }),
  );
  return rates.reduce((sum, rate) => sum + rate, 0);
}
