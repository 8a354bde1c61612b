import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Acknowledgements } from './acknowledgements.mjs';
import { judge, orphansOf } from './checker.mjs';
import { Clients } from './clients.mjs';
import { connect } from './cluster.mjs';
import { faults, nothingStruck } from './faults.mjs';
import { Fleet } from './fleet.mjs';
import { Looks } from './looks.mjs';
import { walletName } from './operations.mjs';
import { Operator } from './operator.mjs';
import { Random } from './random.mjs';

const RECOVER_WITHIN_MS = 30_000;
const PROGRESS_EVERY_MS = 10_000;
const ORPHANS_GONE_WITHIN_MS = 5000;
const MAY_FILL_THE_DISK = ['disk-full', 'mixed'];

const defaults = {
  fault: 'none',
  cycles: 1,
  minutes: undefined,
  instances: 2,
  holdTtlSeconds: 2,
  settings: {},
  control: undefined,
  handEdits: false,
  wallets: 200,
  startCredits: 300,
  clients: 32,
  thinkMs: 12,
  mix: { charge: 55, job: 30, grant: 6, refund: 9 },
  abandonShare: 0.2,
  askAgainShare: 0.03,
  readShare: 0.15,
};

/** One database, a fleet, its clients, one kind of fault over and over, and then the judge. */
export async function runScenario({ cluster, name, seed, say, ...given }) {
  const options = { ...defaults, ...given };
  const { fault, settings, control, holdTtlSeconds, wallets, instances } = options;
  const random = new Random(seed);
  const list = new Acknowledgements();
  const started = performance.now();
  const database = `chaos_${name.replaceAll(/\W/g, '_')}`;
  const onSmallDisk = cluster.smallDisk !== undefined && MAY_FILL_THE_DISK.includes(fault);
  const url = await cluster.createDatabase(database, { onSmallDisk });
  const fleet = await Fleet.launch({ url, holdTtlSeconds, control }, instances);
  try {
    const looks = new Looks(fleet);
    const clients = new Clients({ fleet, looks, list, random: random.fork(), options });
    const operator = new Operator({ url, list, random: random.fork(), wallets });
    const struck = nothingStruck();
    const world = { cluster, fleet, clients, list, random: random.fork(), database, settings, struck };
    await clients.openWallets();
    clients.start();
    if (options.handEdits) operator.start();
    const { cycles, differences } = await strikeAgainAndAgain(world, faults[fault], options, say);
    struck.edits = await operator.stop();
    await clients.stop();
    await orphansGone(url, holdTtlSeconds);
    await looks.atRest(await versionsIn(url));
    await fleet.stop();

    const verdict = await judge(url, list);
    verdict.differences += differences;
    const seconds = (performance.now() - started) / 1000;
    const { surprises } = fleet;
    const run = { name, fault, seconds, minutes: options.minutes, cycles, struck, surprises, looks };
    return { ...run, ...list.summary(), ...verdict, saveList: () => saveList(list, name, seed) };
  } finally {
    await fleet.stop();
  }
}

async function strikeAgainAndAgain(world, { strike, pauseMs }, { cycles, minutes }, say) {
  const isOver = overAfter(cycles, minutes);
  let nextProgress = Date.now() + PROGRESS_EVERY_MS;
  let [count, differences] = [0, 0];
  for (let isLast = false; !isLast;) {
    await delay(world.random.whole(...pauseMs));
    isLast = isOver(++count);
    if (isLast) world.clients.walkAway();
    await strike(world);
    await clientsServed(world.list);
    differences += await sampleBooks(world);
    if (Date.now() > nextProgress) {
      const { acknowledged, unknown } = world.list;
      say(`${count} cycles, ${acknowledged} acknowledged, ${unknown} outcomes unknown at first`);
      nextProgress = Date.now() + PROGRESS_EVERY_MS;
    }
  }
  return { cycles: count, differences };
}

function overAfter(cycles, minutes) {
  if (minutes === undefined) return (count) => count >= cycles;
  const end = Date.now() + minutes * 60_000;
  return () => Date.now() >= end;
}

/** Recovery without anybody's help: clients are answered again. */
async function clientsServed(list) {
  const enough = list.answered + 10;
  const deadline = Date.now() + RECOVER_WITHIN_MS;
  while (list.answered < enough) {
    if (Date.now() > deadline)
      throw new Error(`no client was served within ${RECOVER_WITHIN_MS} ms of a fault`);
    await delay(5);
  }
}

/** Whether the books of a few wallets agree at this very instant, amid the load. */
async function sampleBooks({ cluster, database, random }) {
  const after = walletName(random.whole(0, 199));
  const rows = await cluster.query(
    'SELECT user_id FROM credits.check_wallets((SELECT number FROM credits.wallets WHERE user_id = $1), 5)',
    [after],
    database,
  );
  return rows.filter(({ user_id }) => user_id !== null).length;
}

/** Clients that walked away left holds behind; the app has to free them by itself. */
async function orphansGone(url, holdTtlSeconds) {
  const client = await connect(url);
  try {
    const deadline = Date.now() + holdTtlSeconds * 1000 + ORPHANS_GONE_WITHIN_MS;
    while ((await orphansOf(client)).leftBehind > 0 && Date.now() < deadline) await delay(100);
  } finally {
    await client.end();
  }
}

async function versionsIn(url) {
  const client = await connect(url);
  try {
    const { rows } = await client.query('SELECT user_id, version::float8 FROM credits.wallets');
    return rows.map(({ user_id: userId, version }) => [userId, version]);
  } finally {
    await client.end();
  }
}

/** For whoever has to find out what happened. */
function saveList(list, name, seed) {
  const path = join(tmpdir(), `creditgate-chaos-${seed}-${name.replaceAll(/\W/g, '-')}.jsonl`);
  list.save(path);
  return path;
}
