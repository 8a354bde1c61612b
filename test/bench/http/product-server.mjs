// A process of its own: the product as it is configured by default, but for a rate limit that load does not meet.
import 'reflect-metadata';
import { readEnvironment } from '../../../dist/config/read-environment.js';
import { BalanceDisplay } from '../../../dist/credits-display/reader.js';
import { createApp } from '../../../dist/http/create-app.js';
import { serve } from './served.mjs';
import { ProductWithTwins } from './twins.mjs';

const READS_A_LOOK_AT_THE_CLOCK = 1_000;

const app = await createApp(ProductWithTwins, readEnvironment());
await serve(app, { reads });

/** Cached balances read one after the other, inside the process: how many a second. */
async function reads({ userIds, seconds }) {
  const display = app.get(BalanceDisplay);
  const before = { ...display.reads };
  const started = performance.now();
  let count = 0;
  while (performance.now() - started < seconds * 1000) {
    for (let i = 0; i < READS_A_LOOK_AT_THE_CLOCK; i += 1) await display.read(userIds[i % userIds.length]);
    count += READS_A_LOOK_AT_THE_CLOCK;
  }
  const took = (performance.now() - started) / 1000;
  return { perSecond: count / took, fromDatabase: display.reads.miss - before.miss };
}
