import { setTimeout as delay } from 'node:timers/promises';
import { Desk, requestsFor } from '../../trouble/every-route.mjs';
import { authorizationOf, within } from './process.mjs';
import { Stage } from './stage.mjs';
import { Uploads } from './uploads.mjs';
import { Random } from '../random.mjs';

const CLIENTS = 8;
const EVERY_MS = 25;
/** Nothing is sold or told here; test/trouble does both, and strikes at each statement of these routes. */
const NOT_SOLD = /purchases|payments|portal|subscriptions|resend|aloud/;
const RECOVERS_WITHIN_MS = 2_000;
const OTHERS = `FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'chaos'`;

/** Backends are ended at a fast rate amid every route of openapi.json; then the server takes no writes, and again does. */
export async function backends({
  cluster,
  name,
  seed,
  say,
  seconds = 20,
  recoversWithinMs = RECOVERS_WITHIN_MS,
  control,
}) {
  const stage = await Stage.open({ cluster, name, control, variables: { CREDIT_HOLD_TTL_SECONDS: '5' } });
  try {
    const [product] = stage.instances;
    const uploads = new Uploads(stage, new Random(seed));
    const { body: description } = await product.ask('/openapi.json');
    const requests = requestsFor(
      Object.entries(description.paths)
        .filter(([path]) => !NOT_SOLD.test(path))
        .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`)),
    );
    const desk = new Desk(product.url, async (user, isAdmin) =>
      (await authorizationOf(user, isAdmin ? { app_metadata: { role: 'admin' } } : {})).slice(
        'Bearer '.length,
      ),
    );
    const seen = { asked: 0, told: 0, wrong: [], ended: 0 };
    let isOn = true;
    const load = [walkers(desk, requests, stage, seen, () => isOn), uploads.keepUp(4, () => isOn)];
    const end = Date.now() + seconds * 1_000;
    while (Date.now() < end) {
      const rows = await stage.query(`SELECT pg_terminate_backend(pid) ${OTHERS} AND random() < 0.3`);
      seen.ended += rows.length;
      await delay(EVERY_MS);
    }
    isOn = false;
    await Promise.all(load);
    say(`${seen.ended} backends ended, ${seen.asked} requests, ${seen.told} told to come again`);
    await uploads.decided();
    const { refusedRight, recoveredAfterMs } = await readOnlyAndBack(stage, uploads, recoversWithinMs);
    await uploads.decided();
    await stage.nothingHeld(15_000);
    const { charges, lost, doubled, differences, held } = await uploads.judge();
    const unfit = [...seen.wrong, ...uploads.unfit().map(({ status }) => `upload ${status}`)];
    return {
      wrong: unfit.length,
      facts: {
        'backends ended': seen.ended,
        requests: seen.asked + uploads.answers.length,
        'told to come again': seen.told,
        'writes again after (ms)': Math.round(recoveredAfterMs),
      },
      checks: [
        [
          'backends were ended amid requests',
          seen.ended > 20 && seen.told > 0,
          `${seen.ended}, ${seen.told} told`,
        ],
        ['no route answers with a fault of ours', unfit.length === 0, unfit.slice(0, 3).join('; ')],
        ['a server that takes no writes is a 503', refusedRight, refusedRight],
        [
          `writes go on within ${recoversWithinMs} ms`,
          recoveredAfterMs <= recoversWithinMs,
          `${recoveredAfterMs} ms`,
        ],
        [
          'every key has one charge and one document',
          charges >= uploads.told.length && doubled === 0,
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

/** Every route in turn, each time as somebody new, until it is over. */
async function walkers(desk, requests, stage, seen, isOn) {
  let count = 0;
  const walker = async () => {
    while (isOn()) {
      const { route } = requests[count++ % requests.length];
      const user = `walker-${count}`;
      try {
        await stage.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 1000)', [user]);
        const made = await desk.prepare(route, user);
        note(route, await desk.ask(route, user, made, `walked-${user}`), seen);
      } catch (error) {
        // What a request needs could not be made this time; that it was told right is looked at where it is asked for.
        if (!/: 503 /.test(error.message)) seen.wrong.push(`${route}: ${error.message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, walker));
}

function note(route, { status, headers, body }, seen) {
  seen.asked += 1;
  if (status < 400) return;
  const isTold = status === 503 && body.code === 'credits_unavailable' && headers.get('retry-after') !== null;
  if (isTold) seen.told += 1;
  else seen.wrong.push(`${route}: ${status} ${body.code}`);
}

async function readOnlyAndBack(stage, uploads, recoversWithinMs) {
  const set = (value) =>
    stage.query(`ALTER DATABASE ${stage.database} SET default_transaction_read_only = ${value}`);
  await set('on');
  await stage.query(`SELECT pg_terminate_backend(pid, 5000) ${OTHERS}`);
  const refused = [];
  for (let count = 0; count < 20; count++) refused.push((await uploads.once()).answer);
  await stage.cluster.query(`ALTER DATABASE ${stage.database} SET default_transaction_read_only = off`);
  const since = performance.now();
  await within(10 * recoversWithinMs, async () => (await uploads.once()).answer.status === 201);
  const isRight = ({ status, body }) => status === 503 && body.code === 'credits_unavailable';
  return { refusedRight: refused.every(isRight), recoveredAfterMs: performance.now() - since };
}
