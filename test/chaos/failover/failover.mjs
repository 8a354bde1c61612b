import { setTimeout as delay } from 'node:timers/promises';
import { judge } from '../checker.mjs';
import { Acknowledgements } from '../acknowledgements.mjs';
import { Clients } from '../clients.mjs';
import { signal } from '../cluster.mjs';
import { Fleet } from '../fleet.mjs';
import { Looks } from '../looks.mjs';
import { Random } from '../random.mjs';
import { Pair } from './pair.mjs';

const DATABASE = 'chaos_failover';
const BACK_WITHIN_MS = 5_000;
const UP_WITHIN_MS = 20_000;
const LED_BACK_MS = 2_500;
const HOLD_TTL_SECONDS = 2;
const load = {
  holdTtlSeconds: HOLD_TTL_SECONDS,
  ...{ wallets: 40, startCredits: 100_000, clients: 8, thinkMs: 4, askAgainShare: 0.03, readShare: 0.15 },
  mix: { charge: 60, job: 30, grant: 10 },
};

/**
 * A primary is killed under load and its standby promoted, over and over; each time the former primary comes back and is
 * all that the application can reach for a while. The application is never started again.
 */
export async function failover({ seed, say, cycles = 20, synchronous = true, control }) {
  const pair = await Pair.make();
  const list = new Acknowledgements();
  const seen = { backMs: [], onFormer: 0, cycles };
  let fleet;
  try {
    const url = await pair.createDatabase(DATABASE);
    await pair.follow({ synchronous });
    fleet = await Fleet.launch({ url, holdTtlSeconds: HOLD_TTL_SECONDS, control, folder: pair.folder }, 2);
    const random = new Random(seed);
    const looks = new Looks(fleet);
    const clients = new Clients({ fleet, looks, list, random: random.fork(), options: load });
    await clients.openWallets();
    clients.start();
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      await delay(random.whole(600, 1_200));
      if (!synchronous) await fallBehind(pair);
      const promotedAtMs = await pair.failOver();
      await served(list, UP_WITHIN_MS);
      seen.backMs.push(Math.round(performance.now() - promotedAtMs));
      if (synchronous) seen.onFormer += await ledBack(pair, list);
      say(`${cycle} of ${cycles}: back after ${seen.backMs.at(-1)} ms, ${list.acknowledged} acknowledged`);
      if (cycle < cycles) {
        await pair.standby.kill();
        await pair.follow({ synchronous });
      }
    }
    await clients.stop();
    await fleet.stop();
    const { port } = pair.primary;
    const verdict = await judge(singleHost(url, port), list);
    return report({ ...seen, ...verdict, ...list.summary(), looks, surprises: fleet.surprises, synchronous });
  } finally {
    await fleet?.stop();
    await pair.remove();
  }
}

/** The standby hears nothing more, and the primary goes on for a while. */
async function fallBehind(pair) {
  const senders = await pair.primary.query('SELECT pid FROM pg_stat_replication');
  for (const { pid } of senders) signal(pid, 'SIGSTOP');
  await delay(500);
}

/** Clients are answered again. */
async function served(list, withinMs) {
  const enough = list.answered + 10;
  const deadline = performance.now() + withinMs;
  while (list.answered < enough) {
    if (performance.now() > deadline) throw new Error(`no client was served within ${withinMs} ms`);
    await delay(5);
  }
}

/** Every connection breaks and the primary is silent, so the former one is all there is. Answers what was written there. */
async function ledBack(pair, list) {
  const former = await pair.formerComesBack();
  const entries = async () =>
    (await former.query('SELECT count(*)::int AS count FROM credits.ledger_entries', [], DATABASE))[0].count;
  const before = await entries();
  await pair.primary.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${DATABASE}'`,
  );
  const goOn = pair.primary.pause();
  await delay(LED_BACK_MS);
  goOn();
  await served(list, UP_WITHIN_MS);
  return (await entries()) - before;
}

function singleHost(url, port) {
  return url.replace(/@[^/]*/, `@127.0.0.1:${port}`).replace(/\?.*/, '');
}

function report(seen) {
  const { lost, doubled, differences, acknowledged, backMs, onFormer, cycles, contradictions } = seen;
  const slowest = Math.max(...backMs);
  const middle = [...backMs].sort((a, b) => a - b)[backMs.length >> 1];
  const facts = {
    failovers: cycles,
    standby: seen.synchronous ? 'synchronous' : 'asynchronous',
    acknowledged,
    'unknown at first': seen.unknown,
    lost,
    doubled,
    differences,
    'back after the promotion, p50 / max (ms)': `${middle} / ${slowest}`,
    ...(seen.synchronous && { 'written on a former primary': onFormer }),
    'stale reads': `${seen.looks.stale} of ${seen.looks.count}`,
    'ended by themselves': seen.surprises,
  };
  const checks = [
    ['nothing acknowledged is lost', lost === 0, `${lost} of ${acknowledged}: ${seen.examples[0]}`],
    ['nothing is doubled', doubled === 0, `${doubled}: ${seen.examples[0]}`],
    ['the books agree', differences === 0, differences],
    ['no answer contradicts another', contradictions.length === 0, contradictions[0]],
    [
      `clients are served within ${BACK_WITHIN_MS / 1000} s of the promotion`,
      slowest <= BACK_WITHIN_MS,
      slowest,
    ],
    ['nothing is written on a former primary', onFormer === 0, onFormer],
    [
      'every key comes to a definite outcome',
      seen.undecided === 0,
      `${seen.undecided}, ${seen.undecidedWhy.join('; ')}`,
    ],
    ['no instance ends by itself', seen.surprises === 0, seen.surprises],
  ];
  // What an asynchronous standby did not hear cannot be there: it is said, not judged.
  return { ...seen, facts, checks: seen.synchronous ? checks : checks.slice(2, 3) };
}
