import { execFileSync } from 'node:child_process';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from './coherence.mjs';
import { within } from './process.mjs';
import { Random } from '../random.mjs';
import { Stage } from './stage.mjs';

const OPENED_AT_ONCE = 20;
const EVERYBODY_HEARS_WITHIN_MS = 5_000;

/** Thousands of open streams: what they take, and how soon one and all of them hear of a change. */
export async function streams({ cluster, name, seed, say, streams: many = 2_000, edits = 200 }) {
  const users = Math.ceil(many / 4);
  const stage = await Stage.open({ cluster, name, users });
  const listeners = [];
  try {
    const random = new Random(seed);
    const [product] = stage.instances;
    const residentBefore = residentMb(product.pid);
    const connectionsBefore = await connectionsOf(stage);
    for (let number = 0; number < many; number += OPENED_AT_ONCE) {
      const opening = stage.users.length;
      const some = Array.from({ length: Math.min(OPENED_AT_ONCE, many - number) }, (_, index) =>
        Listener.open(product, stage.users[(number + index) % opening]),
      );
      listeners.push(...(await Promise.all(some)));
    }
    const resident = residentMb(product.pid);
    const connections = await connectionsOf(stage);
    say(`${many} streams are open`);

    const delays = [];
    for (let times = 0; times < edits; times++) {
      const user = random.pick(stage.users);
      const [{ version }] = await stage.query(
        'UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = $1 RETURNING version::float8',
        [user.id],
      );
      const committedAt = performance.now();
      const theirs = listeners.filter((listener) => listener.user === user);
      await within(EVERYBODY_HEARS_WITHIN_MS, () => theirs.every((listener) => listener.version >= version));
      for (const { heardAt } of theirs) delays.push(Math.max(0, heardAt - committedAt));
    }
    await stage.query('UPDATE credits.wallets SET balance = balance + 1');
    const rows = await stage.query('SELECT user_id, version::float8 FROM credits.wallets');
    const versions = new Map(rows.map((row) => [row.user_id, row.version]));
    const editedAt = performance.now();
    const heard = await within(EVERYBODY_HEARS_WITHIN_MS, () =>
      listeners.every(({ user, version }) => version >= versions.get(user.id)),
    );
    const lastMs = Math.max(...listeners.map(({ heardAt }) => heardAt)) - editedAt;
    return {
      facts: {
        streams: many,
        users,
        'resident memory before / after (MiB)': `${residentBefore.toFixed(0)} / ${resident.toFixed(0)}`,
        'a stream (KiB)': (((resident - residentBefore) * 1024) / many).toFixed(1),
        'database connections before / after': `${connectionsBefore} / ${connections}`,
        'a change heard, p50 / p99 / max (ms)': [0.5, 0.99, 1]
          .map((q) => quantile(delays, q).toFixed(1))
          .join(' / '),
        'all wallets changed, the last stream heard after (ms)': Math.round(lastMs),
      },
      checks: [
        ['everybody hears of a change of everybody', heard, `${Math.round(lastMs)} ms`],
        ['streams take no connection of the database', connections <= connectionsBefore + 10, connections],
        ['no stream is shown an older balance after a newer one', listeners.every((l) => !l.wentBack), ''],
      ],
    };
  } finally {
    for (const listener of listeners) listener.close();
    await stage.close();
  }
}

class Listener {
  version = -1;
  heardAt = 0;
  wentBack = false;

  /** As a browser does: refused, it tries again. */
  static async open(product, user) {
    for (let tries = 0; tries < 50; tries++) {
      const listener = new Listener();
      listener.user = user;
      if (await listener.#listen(product)) return listener;
      await delay(100);
    }
    throw new Error('a stream was refused 50 times');
  }

  #listen(product) {
    // An agent of its own: a stream keeps its connection.
    const options = { headers: { authorization: this.user.authorization }, agent: false };
    return new Promise((resolve, reject) => {
      this.request = get(new URL('/api/credits/stream', product.url), options, (response) => {
        if (response.statusCode !== 200) return void response.resume().on('end', () => resolve(false));
        const lines = createInterface({ input: response }).on('error', () => undefined);
        lines.on('line', (line) => {
          if (!line.startsWith('data: ')) return;
          this.#hear(JSON.parse(line.slice(6)));
          resolve(true);
        });
        response.on('error', () => undefined);
      });
      this.request.on('error', reject);
    });
  }

  #hear({ version }) {
    if (version < this.version) this.wentBack = true;
    this.version = version;
    this.heardAt = performance.now();
  }

  close() {
    this.request.destroy();
  }
}

async function connectionsOf(stage) {
  await delay(500);
  const [{ count }] = await stage.query(
    `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'chaos'`,
  );
  return count;
}

/** Linux, macOS and the BSDs agree on this one. */
function residentMb(pid) {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) / 1024;
}
