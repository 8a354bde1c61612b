import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../random.mjs';
import { within } from './process.mjs';

const HOST = join(import.meta.dirname, 'stream-host.mjs');
const OPENED_AT_ONCE = 25;
const EVERY_MS = 250;
const USERS = 100;
const SETTLED_WITHIN_MS = 5_000;
const MIB = 2 ** 20;

/** Streams that are paid by the piece, all open at once, and a third of the clients leaves at a moment of its own. */
export async function paidStreams(trial) {
  const {
    cluster,
    name,
    seed,
    say,
    streams: many = 1_000,
    pieces = 1_000,
    seconds = 20,
    endsWithinMs = 1_000,
    control,
  } = trial;
  const random = new Random(seed);
  const database = `chaos_${name.replaceAll(/\W/g, '_')}`;
  const url = await cluster.createDatabase(database);
  const query = (sql, values) => cluster.query(sql, values, database);
  const host = await Host.start(url, pieces, control);
  try {
    await query(
      `INSERT INTO credits.wallets (user_id, balance) SELECT 'user-' || n, 1000000 FROM generate_series(1, ${USERS}) n`,
    );
    const before = await host.report();
    const clients = Array.from({ length: many }, (_, n) => new Client(host, n, random, seconds));
    for (let n = 0; n < many; n += OPENED_AT_ONCE) {
      await Promise.all(clients.slice(n, n + OPENED_AT_ONCE).map((client) => client.open()));
    }
    const open = await host.report();
    say(`${open.streams.filter(({ endedAt }) => endedAt === null).length} of ${many} streams are open`);
    for (const client of clients) client.stayOrLeave();
    await delay(seconds * 1000);
    const later = await host.report();
    await fetch(new URL('finish', host.url));
    await Promise.all(clients.map(({ over }) => over));
    const heldNow = async () =>
      (await query('SELECT COALESCE(sum(held), 0)::int AS held FROM credits.wallets'))[0].held;
    await within(SETTLED_WITHIN_MS, async () => (await heldNow()) === 0);
    const held = await heldNow();
    // A source that goes on alone is seen doing so.
    await delay(endsWithinMs);
    const { streams, heapBytes } = await host.report();
    const charges = await query(
      `SELECT description AS name, -amount::int AS charged FROM credits.entries WHERE kind = 'charge'`,
    );
    return judged({
      clients,
      streams,
      charges,
      held,
      pieces,
      endsWithinMs,
      heaps: [before, open, later, { heapBytes }],
    });
  } finally {
    await host.stop();
  }
}

function judged({ clients, streams, charges, held, endsWithinMs, heaps }) {
  const charged = new Map(charges.map((charge) => [charge.name, charge.charged]));
  const used = new Map(streams.map((stream) => [stream.name, stream.used]));
  const sum = (numbers) => [...numbers].reduce((total, number) => total + number, 0);
  const wrong = streams.filter(({ name }) => (charged.get(name) ?? 0) !== used.get(name));
  const left = clients.filter(({ leftAt }) => leftAt !== undefined);
  const stayed = clients.filter(({ leftAt }) => leftAt === undefined);
  const endedAt = new Map(streams.map((stream) => [stream.name, stream.endedAt]));
  const ends = left
    .filter(({ name }) => used.has(name))
    .map(({ name, leftAt }) => (endedAt.get(name) ?? Infinity) - leftAt);
  const slowestMs = Math.max(0, ...ends);
  const [before, open, later, after] = heaps.map(({ heapBytes }) => heapBytes / MIB);
  const whole = stayed.filter(({ name, received }) => received === used.get(name)).length;
  return {
    wrong: wrong.length,
    late: ends.filter((ms) => ms > endsWithinMs).length,
    facts: {
      streams: clients.length,
      'clients that left': left.length,
      'pieces made / credits charged': `${sum(used.values())} / ${sum(charged.values())}`,
      'credits held afterwards': held,
      'a source ended after its client left, at the latest (ms)': slowestMs,
      'heap before / all open / at the end / after (MiB)': [before, open, later, after]
        .map((mb) => mb.toFixed(0))
        .join(' / '),
    },
    checks: [
      ['each stream is charged for what was made of it', wrong.length === 0, JSON.stringify(wrong[0])],
      ['who stays gets all of it', whole === stayed.length, `${whole} of ${stayed.length}`],
      ['no hold is left', held === 0, held],
      [`sources end within ${endsWithinMs} ms of their clients`, slowestMs <= endsWithinMs, slowestMs],
      [
        'memory is flat while they run',
        later <= open * 1.2,
        `${open.toFixed(0)} MiB, ${later.toFixed(0)} MiB`,
      ],
      ['and is given back', after <= before + 16, `${before.toFixed(0)} MiB, ${after.toFixed(0)} MiB`],
    ],
  };
}

class Host {
  #child;

  static async start(databaseUrl, pieces, control) {
    const host = new Host();
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      PIECES: String(pieces),
      EVERY_MS: String(EVERY_MS),
    };
    const args = ['--expose-gc', HOST, ...(control === undefined ? [] : [control])];
    host.#child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    host.url = await new Promise((resolve, reject) => {
      createInterface(host.#child.stdout).once('line', resolve);
      host.#child.once('exit', (code) => reject(new Error(`the host ended with ${code}`)));
    });
    return host;
  }

  async report() {
    return (await fetch(new URL('report', this.url))).json();
  }

  async stop() {
    if (this.#child.exitCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

class Client {
  received = 0;
  /** When it left; undefined: it stayed to the end. */
  leftAt;

  constructor(host, n, random, seconds) {
    this.host = host;
    this.name = `stream-${n}`;
    this.kind = n % 2 === 0 ? 'events' : 'file';
    this.user = `user-${(n % USERS) + 1}`;
    this.leavesAfterMs = n % 3 === 0 ? random.whole(0, seconds * 1000) : undefined;
    this.over = new Promise((resolve) => (this.end = resolve));
  }

  /** Resolves with the first byte, or when it has left before it. */
  open() {
    const url = new URL(`${this.kind}?name=${this.name}`, this.host.url);
    const options = { headers: { 'x-user': this.user }, agent: false };
    return new Promise((resolve) => {
      const done = () => (this.end(), resolve());
      const request = (this.request = get(url, options, (response) => {
        resolve();
        const lines = createInterface({ input: response }).on('error', () => undefined);
        lines.on('line', (line) => (this.received += line.startsWith('data: piece') ? 1 : 0));
        response.on('error', done).on('close', done);
      }));
      request.on('error', done);
    });
  }

  /** When all are open; a third goes away at a moment of its own. */
  stayOrLeave() {
    if (this.leavesAfterMs === undefined) return;
    setTimeout(() => {
      this.leftAt = Date.now();
      this.request.destroy();
    }, this.leavesAfterMs);
  }
}
