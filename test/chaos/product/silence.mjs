import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../random.mjs';
import { describe } from './overload.mjs';
import { Stage } from './stage.mjs';
import { Uploads } from './uploads.mjs';

/** DESIGN: a request is answered within ten seconds. A busy machine may add a moment to it. */
const ANSWERED_WITHIN_MS = 10_500;
const CLIENTS = 16;
const HOLD_TTL_SECONDS = 10;

/** SIGSTOP of PostgreSQL under load: connections stay open and nothing answers, then everything goes on. */
export async function silence({ cluster, name, seed, say, seconds = 30, normalWithinMs = 2_000, control }) {
  const variables = { CREDIT_HOLD_TTL_SECONDS: String(HOLD_TTL_SECONDS) };
  const stage = await Stage.open({ cluster, name, control, variables });
  try {
    const uploads = new Uploads(stage, new Random(seed));
    let isOn = true;
    const load = uploads.keepUp(
      CLIENTS,
      () => isOn,
      ({ status }) => (status === 201 ? undefined : delay(100)),
    );
    await delay(1_000);
    const resume = cluster.pause();
    say(`PostgreSQL is silent for ${seconds} s`);
    const before = uploads.answers.length;
    await delay(seconds * 1_000).finally(resume);
    const resumedAt = performance.now();
    const meanwhile = uploads.answers.length - before;
    const goodAfterMs = await firstGoodAfter(uploads, resumedAt);
    await delay(2_000);
    isOn = false;
    await load;
    const refusedLate = uploads.answers.filter(
      ({ status, startedAt }) => status !== 201 && startedAt > resumedAt + normalWithinMs,
    );
    await uploads.decided();
    await stage.nothingHeld((HOLD_TTL_SECONDS + 5) * 1_000);
    const tally = uploads.tally();
    const unfit = uploads.unfit();
    const slowestMs = Math.max(...Object.values(tally).map((each) => each.slowestMs));
    const { charges, lost, doubled, differences, held } = await uploads.judge();
    return {
      facts: {
        'silent (s)': seconds,
        'answers meanwhile': meanwhile,
        answers: describe(tally),
        'first success after it (ms)': Math.round(goodAfterMs),
      },
      checks: [
        [
          `every answer comes within ${ANSWERED_WITHIN_MS} ms`,
          slowestMs <= ANSWERED_WITHIN_MS,
          `slowest ${slowestMs} ms`,
        ],
        ['clients are told so meanwhile', meanwhile > 0, `${meanwhile} answers`],
        ['every answer is 2xx, 402 or 503', unfit.length === 0 && !tally[0], describe(tally)],
        [
          `it is normal within ${normalWithinMs} ms`,
          goodAfterMs <= normalWithinMs && refusedLate.length === 0,
          `first success after ${Math.round(goodAfterMs)} ms, ${refusedLate.length} refused later`,
        ],
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
    await stage.close();
  }
}

async function firstGoodAfter(uploads, sinceMs) {
  const isGood = ({ status, startedAt, ms }) => status === 201 && startedAt + ms > sinceMs;
  while (!uploads.answers.some(isGood)) {
    if (performance.now() - sinceMs > 30_000) return Infinity;
    await delay(10);
  }
  const { startedAt, ms } = uploads.answers.find(isGood);
  return startedAt + ms - sinceMs;
}
