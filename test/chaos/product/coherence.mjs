import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../cluster.mjs';
import { Random } from '../random.mjs';
import { Readers } from './readers.mjs';
import { Stage } from './stage.mjs';

const LISTENER_NOTICED_WITHIN_MS = 2_000;
const WRITERS = 4;
const LISTENERS = "datname = current_database() AND application_name = 'credits listener'";

/**
 * Two instances, 24 readers, 4 writers and an operator with SQL: no reader sees a balance older than one that was
 * told before the reader asked; then the listeners are killed, and frozen.
 */
export async function coherence({ cluster, name, seed, say, seconds = 30, shownWithinMs = 50, control }) {
  const stage = await Stage.open({ cluster, name, instances: 2, users: 8, control });
  const operator = await connect(stage.url);
  try {
    const random = new Random(seed);
    const readers = new Readers(stage, random);
    const end = performance.now() + seconds * 1_000;
    const isOn = () => performance.now() < end;
    const edits = [];
    const [, writes] = await Promise.all([
      readers.read(isOn),
      write(stage, readers, random, isOn),
      (async () => {
        while (isOn()) edits.push(...(await edit(operator, readers, random.pick(stage.users))));
      })(),
    ]);
    say(`${readers.reads} reads, ${writes} uploads, ${edits.length / 2} edits by hand`);
    const atRest = await readers.olderAtRest((sql, values) => stage.query(sql, values));
    const killedMs = await withoutListeners(stage, operator, readers, (pids) =>
      operator.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid', [pids]),
    );
    await delay(LISTENER_NOTICED_WITHIN_MS);
    const frozenMs = await withoutListeners(stage, operator, readers, (pids) => {
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      return () => pids.forEach((pid) => process.kill(pid, 'SIGCONT'));
    });
    const { reads, fromCache, stale, refused, unfit } = readers;
    const p99Ms = quantile(edits, 0.99);
    return {
      stale,
      staleAtRest: atRest.older,
      facts: {
        reads,
        'of them from the cache': fromCache,
        'refused with 503': refused - unfit,
        uploads: writes,
        'edits by hand': edits.length / 2,
        'older than told': stale,
        'older at rest': `${atRest.older} of ${atRest.read}`,
        'edits shown, p50 / p99 / max (ms)': [0.5, 0.99, 1]
          .map((q) => quantile(edits, q).toFixed(1))
          .join(' / '),
        'after a listener was killed (ms)': Math.round(killedMs),
        'after it was frozen (ms)': Math.round(frozenMs),
      },
      checks: [
        ['no read is older than its reader was told', stale === 0, `${stale} of ${reads}`],
        ['a read is answered, or refused with 503', unfit === 0, `${unfit} were not`],
        ['copies are shown', fromCache > 0, fromCache],
        ['nothing stale is left at rest', atRest.older === 0, `${atRest.older} of ${atRest.read}`],
        [
          `an edit by hand is on both screens within ${shownWithinMs} ms (p99)`,
          p99Ms <= shownWithinMs,
          `${p99Ms.toFixed(1)} ms`,
        ],
        [
          `a listener that is killed or frozen is noticed within ${LISTENER_NOTICED_WITHIN_MS} ms`,
          Math.max(killedMs, frozenMs) <= LISTENER_NOTICED_WITHIN_MS,
          `${Math.round(killedMs)} and ${Math.round(frozenMs)} ms`,
        ],
      ],
    };
  } finally {
    await operator.end().catch(() => undefined);
    await stage.close();
  }
}

async function write(stage, readers, random, isOn) {
  let writes = 0;
  const writer = async () => {
    while (isOn()) {
      const user = random.pick(stage.users);
      const product = random.pick(stage.instances);
      const { status, body } = await product.uploadText(user, `upload-${writes++}`);
      if (status === 201) readers.tell(product, user, body.credits.version);
      await delay(random.whole(0, 20));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return writes;
}

/** For each instance, how long after its commit the edit was still not shown to somebody who asked. */
async function edit(operator, readers, user) {
  const { rows } = await operator.query(
    'UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = $1 RETURNING version',
    [user.id],
  );
  const committedAt = performance.now();
  const shown = readers.firstShowing(user, Number(rows[0].version));
  const delays = (await shown).map((askedAt) => Math.max(0, askedAt - committedAt));
  await delay(20);
  return delays;
}

/** An edit that the listeners cannot hear of: how long until both instances show it. */
async function withoutListeners(stage, operator, readers, silence) {
  const user = stage.users[0];
  // Both have a copy to show.
  await readers.firstShowing(user, 0);
  const { rows } = await operator.query(`SELECT pid FROM pg_stat_activity WHERE ${LISTENERS}`);
  const undo = await silence(rows.map(({ pid }) => pid));
  try {
    return Math.max(...(await edit(operator, readers, user)));
  } finally {
    if (typeof undo === 'function') undo();
  }
}

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
}
