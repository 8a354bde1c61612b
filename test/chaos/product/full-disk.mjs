import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../random.mjs';
import { describe } from './overload.mjs';
import { Stage } from './stage.mjs';
import { Uploads } from './uploads.mjs';

const CLIENTS = 4;
const HOLD_TTL_SECONDS = 5;

/** Not a page more fits on the database's disk, though its log still takes commits. Then there is room again. */
export async function fullDisk({ cluster, name, seed, say, seconds = 10, toldWithinMs = 2_000, control }) {
  if (cluster.smallDisk === undefined) return { facts: { 'full disk': 'not permitted here' }, checks: [] };
  const variables = { CREDIT_HOLD_TTL_SECONDS: String(HOLD_TTL_SECONDS) };
  const stage = await Stage.open({ cluster, name, control, variables, onSmallDisk: true });
  try {
    const uploads = new Uploads(stage, new Random(seed));
    let isOn = true;
    const load = uploads.keepUp(
      CLIENTS,
      () => isOn,
      ({ status }) => (status === 201 ? undefined : delay(100)),
    );
    const before = await readyFor(stage, 1_000);
    cluster.smallDisk.fill();
    say(`the disk is full for ${seconds} s`);
    const meanwhile = await readyFor(stage, seconds * 1_000);
    cluster.smallDisk.clear();
    const after = await readyFor(stage, 2 * toldWithinMs);
    isOn = false;
    await load;
    await uploads.decided();
    await stage.nothingHeld((HOLD_TTL_SECONDS + 5) * 1_000);
    const unfit = uploads.unfit();
    const { charges, lost, doubled, differences, held } = await uploads.judge();
    const [toldMs, calledOffMs] = [sureAfter(meanwhile, 503), sureAfter(after, 200)];
    return {
      blind: toldMs === Infinity,
      facts: {
        'full (s)': seconds,
        answers: describe(uploads.tally()),
        'not ready after (ms)': toldMs,
        'ready again after (ms)': calledOffMs,
      },
      checks: [
        ['ready before', sureAfter(before, 200) === 0, JSON.stringify(before.at(0))],
        [`not ready within ${toldWithinMs} ms, and until there is room`, toldMs <= toldWithinMs, toldMs],
        [`ready within ${toldWithinMs} ms of the room`, calledOffMs <= toldWithinMs, calledOffMs],
        ['every answer is 2xx, 402 or 503', unfit.length === 0, describe(uploads.tally())],
        [
          'every key has one charge and one document',
          charges === uploads.told.length && doubled === 0,
          charges,
        ],
        ['nothing acknowledged is lost', lost === 0, lost],
        ['the books agree, no hold is left', differences === 0 && held === 0, `${differences}, ${held} held`],
      ],
    };
  } finally {
    cluster.smallDisk.clear();
    await stage.close();
  }
}

/** What readiness answers meanwhile, and when since the start. */
async function readyFor(stage, ms) {
  const answers = [];
  const started = performance.now();
  while (performance.now() - started < ms) {
    const { status } = await fetch(new URL('/health/ready', stage.instances[0].url));
    answers.push({ status, ms: Math.round(performance.now() - started) });
    await delay(50);
  }
  return answers;
}

/** From when on it was this answer and stayed so; Infinity: it did not. */
function sureAfter(answers, status) {
  const others = answers.findLastIndex((answer) => answer.status !== status);
  if (others === -1) return 0;
  return answers[others + 1]?.ms ?? Infinity;
}
