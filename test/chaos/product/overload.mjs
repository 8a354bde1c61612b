import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../random.mjs';
import { Stage } from './stage.mjs';
import { Uploads } from './uploads.mjs';

const ANSWERED_WITHIN_MS = 10_000;
const NORMAL_WITHIN_MS = 2_000;

/**
 * Ten times the uploads it can take: first as many as 16 clients get done, then ten times that rate, whether or not
 * anything was answered yet.
 */
export async function overload({
  cluster,
  name,
  seed,
  say,
  seconds = 10,
  times = 10,
  refusedWithinMs = 1_500,
  control,
}) {
  const stage = await Stage.open({ cluster, name, control });
  try {
    const uploads = new Uploads(stage, new Random(seed));
    const perSecond = await capacityOf(uploads, 3_000);
    say(`${perSecond.toFixed(0)} uploads/s by 16 clients, now ${times} times that for ${seconds} s`);
    uploads.answers = [];
    await flood(uploads, perSecond * times, seconds * 1_000);
    const tally = uploads.tally();
    const unfit = uploads.unfit();
    uploads.answers = [];
    const calmMs = await normalAgainAfter(uploads);
    const { lost, doubled, differences, held } = await uploads.judge();
    const refused = tally[503] ?? { count: 0, slowestMs: 0 };
    const slowestMs = Math.max(...Object.values(tally).map((each) => each.slowestMs));
    return {
      slowestRefusalMs: refused.slowestMs,
      facts: {
        'taken (1/s)': perSecond.toFixed(0),
        'offered (1/s)': (perSecond * times).toFixed(0),
        answers: describe(tally),
        'normal after (ms)': Math.round(calmMs),
      },
      checks: [
        [
          `the excess is refused within ${refusedWithinMs} ms`,
          refused.count > 0 && refused.slowestMs <= refusedWithinMs,
          `${refused.count} refused, slowest ${refused.slowestMs} ms`,
        ],
        ['nothing hangs', slowestMs <= ANSWERED_WITHIN_MS, `slowest ${slowestMs} ms`],
        ['everybody is answered, with 2xx, 402 or 503', unfit.length === 0 && !tally[0], describe(tally)],
        ['nothing acknowledged is lost', lost === 0, lost],
        ['nothing is doubled', doubled === 0, doubled],
        ['the books agree, no hold is left', differences === 0 && held === 0, `${differences}, ${held} held`],
        [`it is normal again within ${NORMAL_WITHIN_MS} ms`, calmMs <= NORMAL_WITHIN_MS, Math.round(calmMs)],
      ],
    };
  } finally {
    await stage.close();
  }
}

async function capacityOf(uploads, forMs) {
  const end = performance.now() + forMs;
  await uploads.keepUp(16, () => performance.now() < end);
  return (uploads.answers.filter(({ status }) => status === 201).length * 1_000) / forMs;
}

async function flood(uploads, perSecond, forMs) {
  const start = performance.now();
  const all = [];
  for (let now = start; now < start + forMs; now = performance.now()) {
    while (all.length < ((now - start) / 1_000) * perSecond) all.push(uploads.once());
    await delay(2);
  }
  await Promise.all(all);
}

/** Milliseconds until ten uploads in a row were taken. */
export async function normalAgainAfter(uploads) {
  const start = performance.now();
  for (let inARow = 0; inARow < 10;) {
    const { answer } = await uploads.once();
    inARow = answer.status === 201 ? inARow + 1 : 0;
    if (performance.now() - start > 30_000) return Infinity;
    if (inARow === 0) await delay(20);
  }
  return performance.now() - start;
}

export function describe(tally) {
  return Object.entries(tally)
    .map(([status, { count, slowestMs }]) => `${count} × ${status} (slowest ${slowestMs} ms)`)
    .join(', ');
}
