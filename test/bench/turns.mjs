// npm run bench:turns -- [--work charge] [--callers 256] [--wallets spread] [--rounds 8] [--seconds 1] FOLDER FOLDER…
//
// Checkouts of this project, each built, in turns on one server: each in a process and a database of its own, and the order
// turned round after each round, for the speed of a machine that others use too changes within minutes. The first one is what
// the others are compared with. Progress goes to stderr, a table to stdout.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openDatabase } from './database.mjs';
import { median, ratioInTurns } from './load.mjs';
import { difference, readMeters } from './meters.mjs';
import { count, fixed } from './numbers.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    work: { type: 'string', default: 'charge' },
    callers: { type: 'string', default: '256' },
    wallets: { type: 'string', default: 'spread' },
    rounds: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '1' },
  },
});
const load = { work: values.work, callers: Number(values.callers), wallets: values.wallets };
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];

const database = await openDatabase();
const checkouts = [];
try {
  for (const folder of positionals) await open(resolve(folder));
  for (const checkout of checkouts) await turn(checkout);
  for (let round = 0; round < rounds; round += 1) {
    await database.monitor.query('CHECKPOINT');
    for (const checkout of round % 2 === 0 ? checkouts : [...checkouts].reverse()) {
      checkout.turns.push(await turn(checkout));
      console.error(`round ${round + 1}: ${checkout.folder} ${count(checkout.turns.at(-1).perSecond)}/s`);
    }
  }
  print();
} finally {
  for (const { child, monitor } of checkouts) {
    await monitor.end();
    if (!child.connected) continue;
    child.disconnect();
    await once(child, 'exit');
  }
  await database.close();
}

async function open(folder) {
  const url = await database.another();
  const monitor = new pg.Client(url);
  await monitor.connect();
  const child = fork(join(import.meta.dirname, 'turns-checkout.mjs'), [folder, url]);
  checkouts.push({ folder, child, monitor, turns: [] });
  await heardFrom(child);
}

/** The next word of the child's, which ends only when it is told to. */
async function heardFrom(child) {
  const heard = new AbortController();
  const ended = once(child, 'exit', { signal: heard.signal }).then(([code]) =>
    Promise.reject(new Error(`a checkout ended with ${code}`)),
  );
  ended.catch(() => undefined);
  const [message] = await Promise.race([once(child, 'message', { signal: heard.signal }), ended]);
  heard.abort();
  return message;
}

async function turn({ child, monitor }) {
  const before = await readMeters(monitor, 'credits.wallets');
  child.send({ ...load, seconds });
  const { calls, took, p50Ms, nodeMicros } = await heardFrom(child);
  const after = await readMeters(monitor, 'credits.wallets');
  const { walBytesPerCall: log, backendMicrosPerCall: postgres } = difference(before, after, {
    calls,
    seconds: took,
  });
  return { perSecond: calls / took, p50Ms, node: nodeMicros / calls, postgres, log };
}

function print() {
  console.log(
    `| ${load.work}, ${load.callers} callers, ${load.wallets} | per second | to the first, quartiles | p50 ms | Node µs | PostgreSQL µs | WAL bytes |`,
  );
  console.log('| --- | --: | --: | --: | --: | --: | --: |');
  const of = ({ turns }, key) => median(turns.map((one) => one[key]));
  for (const checkout of checkouts) {
    const perSecond = of(checkout, 'perSecond');
    const ratio = ratioInTurns(checkout.turns, checkouts[0].turns, 'perSecond');
    const rest = [fixed(of(checkout, 'p50Ms'), 2), fixed(of(checkout, 'node'), 1)];
    rest.push(fixed(of(checkout, 'postgres'), 1), count(of(checkout, 'log')));
    console.log(`| ${checkout.folder} | ${count(perSecond)} | ${ratio} | ${rest.join(' | ')} |`);
  }
}
