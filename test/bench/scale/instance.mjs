// One of several instances: makes load in its own process whenever it is told how much.
import { openService } from '../contenders/ours.mjs';
import { drive } from '../load.mjs';
import { SPREAD, pickerFor } from '../wallets.mjs';

const service = await openService(process.argv[2]);
const signal = new AbortController().signal;

process.on('message', async ({ wallets, index, count, callers, seconds }) => {
  const pick = wallets === 'own' ? ownPicker(index, count) : pickerFor(wallets);
  try {
    const { latencies, took } = await drive({ call: service.charge, pick, callers, seconds, signal });
    process.send({ perSecond: latencies.length / took });
  } catch (error) {
    process.send({ failure: String(error) });
  }
});
process.once('disconnect', () => void service.close().finally(() => process.exit()));
process.send('ready');

function ownPicker(index, count) {
  const own = SPREAD.filter((_, place) => place % count === index);
  return () => own[Math.floor(Math.random() * own.length)];
}
