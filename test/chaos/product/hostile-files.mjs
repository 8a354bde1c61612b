import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { checkIntegrity } from '../../../dist/credits/plumbing.js';
import { catalogue } from '../../hostile/catalogue.mjs';
import { connect } from '../cluster.mjs';
import { Stage } from './stage.mjs';

const FIT_STATUSES = [201, 413, 415, 422, 503];
/** What Node takes on a machine of 2 GB, and whatever it takes on this one. */
const HEAPS = { '1 GB': ['--max-old-space-size=1024'], 'as Node likes': [] };

/**
 * Files made to end whoever reads them, one after the other, while somebody else asks for a fresh balance every
 * 50 ms: the server lives, nothing is charged but for a 201, and the other one hardly notices.
 */
export async function hostileFiles({ cluster, name, say, control, only = /./, waitsAtMostMs = 500 }) {
  const files = catalogue.filter((file) => only.test(file.name));
  const seen = {
    files: 0,
    deaths: 0,
    unfit: [],
    overcharged: 0,
    differences: 0,
    held: 0,
    waits: [],
    answers: {},
  };
  for (const [heap, flags] of Object.entries(HEAPS)) {
    say(`${files.length} files, heap of the server: ${heap}`);
    await tryAll(files, seen, { cluster, name: `${name}_${flags.length}`, flags, control, say });
  }
  const slowestMs = Math.round(Math.max(...seen.waits.map(({ ms }) => ms)));
  const refused = seen.waits.filter(({ status }) => status !== 200).length;
  const { deaths, unfit, overcharged, differences, held } = seen;
  return {
    deaths,
    slowestMs,
    facts: {
      files: seen.files,
      answers: JSON.stringify(seen.answers),
      deaths,
      'fresh balances asked for': seen.waits.length,
      'slowest (ms)': slowestMs,
    },
    checks: [
      ['the server lives', deaths === 0, deaths],
      ['every answer is a 201, or a refusal that says why', unfit.length === 0, unfit.join(', ')],
      ['nothing is charged but for a 201', overcharged === 0, overcharged],
      ['the books agree, no hold is left', differences === 0 && held === 0, `${differences}, ${held} held`],
      [`nobody else waits longer than ${waitsAtMostMs} ms`, slowestMs <= waitsAtMostMs, `${slowestMs} ms`],
      ['nobody else is refused', refused === 0, refused],
    ],
  };
}

async function tryAll(files, seen, { say, ...options }) {
  const stage = await Stage.open({ ...options, users: 2 });
  const [attacker, other] = stage.users;
  try {
    for (const file of files) {
      const [product] = stage.instances;
      const bytes = await file.make();
      const watch = watchBalance(product.url, other);
      const answers = await send(product, attacker, file, bytes);
      const waits = await watch.end();
      seen.waits.push(...waits);
      seen.files += 1;
      for (const { status, what } of answers) {
        seen.answers[status] = (seen.answers[status] ?? 0) + 1;
        if (!FIT_STATUSES.includes(status)) seen.unfit.push(`${what}: ${status}`);
      }
      say(
        `${file.name}: ${answers.map(({ status, ms }) => `${status} in ${Math.round(ms)} ms`).join(', ')}; others waited up to ${Math.round(Math.max(...waits.map(({ ms }) => ms)))} ms`,
      );
      if (product.isUp) continue;
      seen.deaths += 1;
      stage.instances.shift();
      await stage.startInstance(options);
    }
    await judge(stage, attacker, seen);
  } finally {
    await stage.close();
  }
}

async function send(product, { authorization }, { name, route, exports: formats = [] }, bytes) {
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n';
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--b--\r\n')]);
  const ask = async (what, path, type, sent) => {
    const headers = { authorization, 'content-type': type };
    return { what, ...(await product.ask(path, { method: 'POST', headers, body: sent })) };
  };
  const answers = [await ask(name, route, 'multipart/form-data; boundary=b', body)];
  const [{ status, body: stored }] = answers;
  if (status !== 201) return answers;
  for (const format of formats) {
    const wanted = JSON.stringify({ format, documentIds: [stored.id] });
    answers.push(await ask(`${name} as ${format}`, '/api/export', 'application/json', wanted));
  }
  if (route !== '/api/upload/audio') {
    const read = await product.ask(`/api/documents/${stored.id}`, { headers: { authorization } });
    if (read.status !== 200) answers.push({ what: `${name} read`, ...read });
  }
  return answers;
}

function watchBalance(url, { authorization }) {
  const workerData = { url, authorization, everyMs: 50 };
  const worker = new Worker(new URL('./watcher.mjs', import.meta.url), { workerData });
  return {
    async end() {
      worker.postMessage('enough');
      const [waits] = await once(worker, 'message');
      return waits;
    },
  };
}

/** Holds of a server that ended expire by themselves; those of one that lives are gone with their answer. */
async function judge(stage, { id }, seen) {
  const client = await connect(stage.url);
  try {
    const ask = async (sql, values) => (await client.query(sql, values)).rows;
    const [{ charges, held, made }] = await ask(
      `SELECT (SELECT count(*)::int FROM credits.entries WHERE user_id = $1 AND kind = 'charge') AS charges,
              (SELECT sum(held)::int FROM credits.wallets) AS held,
              (SELECT count(*)::int FROM library.documents) + (SELECT count(*)::int FROM library.recordings)
                + (SELECT count(*)::int FROM library.exports WHERE format NOT IN ('txt', 'json')) AS made`,
      [id],
    );
    seen.overcharged += Math.abs(charges - made);
    seen.held += held;
    seen.differences += (await checkIntegrity(ask)).differences.length;
  } finally {
    await client.end();
  }
}
