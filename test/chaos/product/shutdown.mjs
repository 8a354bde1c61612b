import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../random.mjs';
import { describe } from './overload.mjs';
import { Stage } from './stage.mjs';
import { Uploads } from './uploads.mjs';

const ENDS_WITHIN_MS = 10_000;
const CLIENTS = 24;

/** SIGTERM under load. The control sends SIGKILL: a process that ends without a word leaves its holds behind. */
export async function shutdown({ cluster, name, seed, say, cycles = 5, control }) {
  const stage = await Stage.open({ cluster, name });
  const random = new Random(seed);
  const uploads = new Uploads(stage, random);
  const ends = [];
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      if (cycle > 0) await stage.startInstance();
      const product = stage.instances.at(-1);
      let isOn = true;
      const load = uploads.keepUp(
        CLIENTS,
        () => isOn,
        ({ status }) => (status === 0 ? delay(20) : undefined),
        product,
      );
      await delay(random.whole(300, 1_000));
      const start = performance.now();
      product.kill(control === 'no-goodbye' ? 'SIGKILL' : 'SIGTERM');
      const [code] = await product.ended;
      ends.push({ code, ms: performance.now() - start });
      isOn = false;
      await load;
      say(`ended with ${code} after ${ends.at(-1).ms.toFixed(0)} ms, ${describe(uploads.tally())}`);
    }
    const tally = uploads.tally();
    const unfit = uploads.unfit();
    const { lost, doubled, differences, held } = await uploads.judge();
    const slowestMs = Math.max(...ends.map(({ ms }) => ms));
    return {
      held,
      facts: {
        cycles,
        answers: describe(tally),
        'slowest end (ms)': Math.round(slowestMs),
        'held afterwards': held,
      },
      checks: [
        [
          'every answer is 2xx, 402 or 503',
          unfit.length === 0,
          `${describe(tally)}, unfit ${JSON.stringify(unfit[0])}`,
        ],
        [
          `it ends within ${ENDS_WITHIN_MS} ms`,
          slowestMs <= ENDS_WITHIN_MS,
          `slowest ${slowestMs.toFixed(0)} ms`,
        ],
        ['it ends with 0', ends.every(({ code }) => code === 0), ends.map(({ code }) => code).join()],
        ['no hold is left', held === 0, `${held} credits held`],
        ['nothing acknowledged is lost', lost === 0, lost],
        ['nothing is doubled', doubled === 0, doubled],
        ['the books agree', differences === 0, differences],
      ],
    };
  } finally {
    await stage.close();
  }
}
