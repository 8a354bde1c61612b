import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkIntegrity, groupOf } from '../../../dist/credits/plumbing.js';
import { Cluster, connect } from '../cluster.mjs';
import { Random } from '../random.mjs';
import { ProductProcess, authorizationOf, within } from './process.mjs';

const GROUPS = 8;
const USERS_OF_A_GROUP = 2;
const CLIENTS = 8;
const AFTER_A_REFUSAL_MS = 250;
const SERVED_AGAIN_WITHIN_MS = 10_000;
const SETTLED_WITHIN_MS = 20_000;

/**
 * Eight groups of wallets on two servers, and one of the servers is crashed again and again. Its own users are told so;
 * the others' see nothing of it. The control has all groups on the server that is struck.
 */
export async function groups({ cluster, name, seed, say, cycles = 10, control }) {
  const other = await Cluster.make();
  const folder = mkdtempSync(join(tmpdir(), 'creditgate-chaos-groups-'));
  let product;
  try {
    await other.start();
    const world = new World(new Random(seed));
    const database = `chaos_${name.replaceAll(/\W/g, '_')}`;
    const struck = await other.createDatabase(database);
    const spared = control === 'one-server' ? struck : await cluster.createDatabase(database);
    world.urls = [spared, struck];
    const DATABASE_GROUPS = `0-3=${spared} 4-7=${struck}`;
    const variables = {
      CREDIT_GROUPS: String(GROUPS),
      DATABASE_GROUPS,
      CREDIT_SIGNUP_GRANT: '1000000',
      // Until then the key of an upload that was struck is in progress.
      CREDIT_HOLD_TTL_SECONDS: '3',
    };
    product = await ProductProcess.start(spared, { folder, variables });
    await world.makeUsers();
    const load = world.keepUp(product);
    let slowestMs = 0;
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      await delay(world.random.whole(300, 1_000));
      await other.crash();
      await delay(world.random.whole(200, 1_500));
      world.isReadyMeanwhile.push((await product.ask('/health/ready')).status);
      await other.start();
      const since = performance.now();
      const isServed = await within(SERVED_AGAIN_WITHIN_MS, async () => world.servedFarSince(since));
      slowestMs = Math.max(slowestMs, isServed ? performance.now() - since : Infinity);
      say(`crash ${cycle + 1}, ${world.told.length} uploads`);
    }
    world.isOn = false;
    await load;
    await world.settle(product);
    // Its books are read before it is gone.
    return await world.report({ cycles, slowestMs });
  } finally {
    await product?.stop();
    rmSync(folder, { recursive: true, force: true });
    await other.remove();
  }
}

class World {
  isOn = true;
  /** `{ user, key, answers: [{ status, startedAt, ms }] }` */
  told = [];
  isReadyMeanwhile = [];
  users = [];

  constructor(random) {
    this.random = random;
  }

  async makeUsers() {
    for (let number = 0; this.users.length < GROUPS * USERS_OF_A_GROUP; number += 1) {
      const id = `user-${number}`;
      const group = groupOf(id, GROUPS);
      if (this.users.filter((user) => user.group === group).length === USERS_OF_A_GROUP) continue;
      this.users.push({ id, group, isFar: group >= GROUPS / 2, authorization: await authorizationOf(id) });
    }
  }

  async keepUp(product) {
    const client = async (isFar) => {
      const users = this.users.filter((user) => user.isFar === isFar);
      while (this.isOn) {
        const upload = { user: this.random.pick(users), key: `upload-${this.told.length}`, answers: [] };
        this.told.push(upload);
        await this.ask(product, upload);
        if (upload.answers.at(-1).status !== 201) await delay(AFTER_A_REFUSAL_MS);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number % 2 === 0)));
  }

  async ask(product, upload) {
    upload.answers.push(await product.uploadText(upload.user, upload.key));
  }

  servedFarSince(time) {
    return this.told.some(
      ({ user, answers }) =>
        user.isFar && answers.some(({ status, startedAt }) => status === 201 && startedAt > time),
    );
  }

  /** Whoever was not told yes asks again with the same key, until it is. */
  async settle(product) {
    const open = this.told.filter(({ answers }) => answers.at(-1).status !== 201);
    const client = async () => {
      for (let upload = open.pop(); upload !== undefined; upload = open.pop()) {
        await within(SETTLED_WITHIN_MS, async () => {
          await this.ask(product, upload);
          return upload.answers.at(-1).status === 201;
        });
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  }

  async report({ cycles, slowestMs }) {
    const near = this.told.filter(({ user }) => !user.isFar).flatMap(({ answers }) => answers);
    const far = this.told.filter(({ user }) => user.isFar).flatMap(({ answers }) => answers);
    const nearErrors = near.filter(({ status }) => status !== 201);
    const told503 = far.filter(({ status }) => status === 503).length;
    const unfit = far.filter(({ status }) => ![201, 503, 409].includes(status));
    const { documents, entries, differences } = await this.judge();
    const missing = this.told.filter(({ key }) => documents.get(key) !== 1);
    const readyAlways = this.isReadyMeanwhile.every((status) => status === 200);
    return {
      nearErrors: nearErrors.length,
      facts: {
        crashes: cycles,
        'answers to the spared': near.length,
        'errors among them': nearErrors.length,
        'their p50 / max (ms)': middleAndMost(near.map(({ ms }) => ms)),
        'answers to the struck': far.length,
        'told to come again': told503,
        'served again after (ms)': Math.round(slowestMs),
      },
      checks: [
        [
          'the users of the other server see no error',
          nearErrors.length === 0 && near.length >= 5 * cycles,
          `${nearErrors.length} of ${near.length}, ${nearErrors[0]?.status}`,
        ],
        [
          'those of the struck one are told to come again',
          told503 > 0 && unfit.length === 0,
          `${told503}, ${unfit[0]?.status}`,
        ],
        ['it is ready while one server takes writes', readyAlways, this.isReadyMeanwhile.join()],
        ['the struck are served again by themselves', slowestMs < SERVED_AGAIN_WITHIN_MS, `${slowestMs} ms`],
        [
          'every key has one document and one charge',
          missing.length === 0 && entries === this.told.length,
          `${missing.length} of ${this.told.length}, ${entries}; ${JSON.stringify(missing[0]?.answers.at(-1).body)}`,
        ],
        ['the books of every group agree', differences === 0, differences],
      ],
    };
  }

  /** Documents by name, charges and differences, over both servers. */
  async judge() {
    const documents = new Map();
    let [entries, differences] = [0, 0];
    for (const url of new Set(this.urls)) {
      const client = await connect(url);
      const ask = async (sql, values) => (await client.query(sql, values)).rows;
      for (const { filename } of await ask('SELECT filename FROM library.documents')) {
        documents.set(filename, (documents.get(filename) ?? 0) + 1);
      }
      entries += (await ask(`SELECT FROM credits.entries WHERE kind = 'charge'`)).length;
      const schemas = await ask(
        `SELECT pronamespace::regnamespace::text AS name FROM pg_proc WHERE proname = 'check_wallets'`,
      );
      for (const { name: schema } of schemas)
        differences += (await checkIntegrity(ask, { schema })).differences.length;
      await client.end();
    }
    return { documents, entries, differences };
  }
}

function middleAndMost(times) {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  return `${sorted[sorted.length >> 1]} / ${sorted.at(-1)}`;
}
