import { hasPgBouncer, startPgBouncer } from '../../support/pgbouncer.mjs';
import { Random } from '../random.mjs';
import { describe } from './overload.mjs';
import { Stage } from './stage.mjs';
import { Uploads } from './uploads.mjs';

const CALLERS = 16;

/** Paid calls over HTTP, all of them by way of a pooler in transaction mode; see test/app/pooler.test.ts for the rest. */
export async function pooled({ cluster, name, seed, say, calls = 10_000 }) {
  if (!hasPgBouncer) {
    say('skipped: there is no pgbouncer on this machine');
    return { facts: { skipped: 'there is no pgbouncer on this machine' }, checks: [] };
  }
  let pooler;
  const throughPooler = async (url) => {
    pooler = await startPgBouncer(url);
    return { DATABASE_URL: pooler.urlOf(url), DATABASE_DIRECT_URL: url };
  };
  const stage = await Stage.open({ cluster, name, variablesOf: throughPooler });
  try {
    const uploads = new Uploads(stage, new Random(seed));
    const started = performance.now();
    const progress = setInterval(() => say(`${uploads.answers.length} calls`), 10_000);
    let left = calls;
    await uploads.keepUp(CALLERS, () => left-- > 0).finally(() => clearInterval(progress));
    const seconds = (performance.now() - started) / 1_000;
    const unfit = uploads.answers.filter(({ status }) => status !== 201);
    const { charges, lost, doubled, differences, held } = await uploads.judge();
    return {
      facts: {
        calls: uploads.told.length,
        'paid calls (1/s)': Math.round(uploads.told.length / seconds),
        answers: describe(uploads.tally()),
        ...{ charges, lost, doubled, differences, 'held afterwards': held },
      },
      checks: [
        [
          'every paid call is 201',
          unfit.length === 0,
          `${describe(uploads.tally())}, ${JSON.stringify(unfit[0])}`,
        ],
        ['each is charged once', charges === uploads.told.length, `${charges} of ${uploads.told.length}`],
        ['nothing is lost or doubled', lost + doubled === 0, `${lost} lost, ${doubled} doubled`],
        ['the books agree, and nothing is held', differences + held === 0, `${differences}, ${held} held`],
      ],
    };
  } finally {
    await stage.close();
    await pooler?.stop();
  }
}
