// One checkout of turns.mjs: opens its own build, and loads it whenever it is told to.
import { quantile } from './load.mjs';

const [folder, url] = process.argv.slice(2);
const { ours } = await import(`${folder}/test/bench/contenders/ours.mjs`);
const { drive } = await import(`${folder}/test/bench/load.mjs`);
const { pickerFor } = await import(`${folder}/test/bench/wallets.mjs`);

const contender = ours(url);
await contender.prepare();
const signal = new AbortController().signal;

process.on('message', async ({ work, callers, wallets, seconds }) => {
  const before = process.cpuUsage();
  const pick = pickerFor(wallets);
  const { latencies, took } = await drive({ call: contender[work], pick, callers, seconds, signal });
  const { user, system } = process.cpuUsage(before);
  process.send({ calls: latencies.length, took, p50Ms: quantile(latencies, 0.5), nodeMicros: user + system });
});
process.on('disconnect', () => void contender.close().then(() => process.exit(0)));
process.send('open');
