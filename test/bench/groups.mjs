// PostgreSQL's processor time a charge: one ledger on one server, and eight groups on two, in turns, with the same
// number of callers for each ledger, so that batches are alike. `node test/bench/groups.mjs [TURNS] [SECONDS]`
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { CreditsService } from '../../dist/credits/credits.service.js';
import { groupOf } from '../../dist/credits/plumbing.js';
import { openGroups } from '../../dist/credits/open-groups.js';
import { PriceList } from '../../dist/credits/price-list.js';
import { WalletChanges } from '../../dist/credits/wallet-changes.js';
import { Cluster } from '../chaos/cluster.mjs';
import { difference, readMeters } from './meters.mjs';

const [turns = 3, seconds = 4] = process.argv.slice(2).map(Number);
const CALLERS_OF_A_LEDGER = 64;
const GROUPS = 8;

const clusters = [await Cluster.make(), await Cluster.make()];
for (const cluster of clusters) await cluster.start();

async function open(count, urls) {
  const dataSources = await Promise.all(
    urls.map((url) => new DataSource({ type: 'postgres', url }).initialize()),
  );
  const share = count / urls.length;
  const servers = dataSources.map((dataSource, place) => ({
    dataSource,
    groups: Array.from({ length: share }, (_, n) => place * share + n),
  }));
  const groups = await openGroups({ groups: count, servers });
  const credits = new CreditsService(groups, new PriceList({ work: 1 }), 60, new WalletChanges());
  const users = Array.from({ length: count }, () => []);
  for (let n = 0; users.some((of) => of.length < CALLERS_OF_A_LEDGER); n += 1) {
    const of = users[count === 1 ? 0 : groupOf(`user ${n}`, count)];
    if (of.length < CALLERS_OF_A_LEDGER) of.push(`user ${n}`);
  }
  const all = users.flat();
  await Promise.all(
    all.map((userId) => credits.grant({ userId, credits: 1e9, reason: 'to live on', actor: 'bench' })),
  );
  const monitors = await Promise.all(
    urls.map(async (connectionString) => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      return client;
    }),
  );
  return { credits, groups, all, monitors, name: `${count} ledgers on ${urls.length} servers` };
}

async function measure({ credits, groups, all, monitors, name }) {
  const drive = async (ms) => {
    const end = performance.now() + ms;
    let charges = 0;
    const caller = async (userId) => {
      while (performance.now() < end) {
        await credits.charge({ userId, action: 'work', idempotencyKey: randomUUID() });
        charges += 1;
      }
    };
    await Promise.all(all.map(caller));
    return charges;
  };
  await drive(1_000);
  const before = await Promise.all(monitors.map((monitor) => readMeters(monitor, 'credits.wallets')));
  const { statements } = groups.tally;
  const started = performance.now();
  const calls = await drive(seconds * 1_000);
  const took = (performance.now() - started) / 1_000;
  const after = await Promise.all(monitors.map((monitor) => readMeters(monitor, 'credits.wallets')));
  const micros = after.reduce(
    (sum, now, place) => sum + difference(before[place], now, { calls, seconds: took }).backendMicrosPerCall,
    0,
  );
  return { name, micros, perSecond: calls / took, batch: calls / (groups.tally.statements - statements) };
}

try {
  const [one, two] = clusters;
  const contenders = [
    await open(1, [await one.createDatabase('bench_one')]),
    await open(GROUPS, [await one.createDatabase('bench_groups'), await two.createDatabase('bench_groups')]),
  ];
  const results = [];
  for (let turn = 0; turn < turns; turn += 1) {
    for (const contender of contenders) {
      const result = await measure(contender);
      results.push(result);
      console.log(
        `${result.name}: ${result.micros.toFixed(1)} µs of PostgreSQL a charge, ${result.perSecond.toFixed(0)}/s, ${result.batch.toFixed(0)} a statement`,
      );
      await delay(500);
    }
  }
  const median = (name) => {
    const sorted = results
      .filter((each) => each.name === name)
      .map(({ micros }) => micros)
      .sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  };
  const [single, many] = contenders.map(({ name }) => median(name));
  console.log(`medians ${single.toFixed(1)} and ${many.toFixed(1)} µs: ${(many / single).toFixed(2)} ×`);
  for (const { groups, monitors } of contenders) {
    await groups.onApplicationShutdown();
    for (const monitor of monitors) await monitor.end();
  }
} finally {
  for (const cluster of clusters) await cluster.remove();
}
process.exit();
