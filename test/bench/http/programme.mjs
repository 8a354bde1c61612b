// Over HTTP: the product beside a bare Nest route, and a paid endpoint beside the same one free of charge. Servers and
// load in processes of their own, measured in turns.
import { SignJWT } from 'jose';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { checkIntegrity } from '../../../dist/credits/plumbing.js';
import { median } from '../load.mjs';
import { Helper } from './processes.mjs';

export const CONNECTIONS = 64;
// autocannon counts in whole seconds. A server that has just started spends its first ones on compiling what it runs.
const FIRST_WARM_UP_SECONDS = 5;
const WARM_UP_SECONDS = 1;
const TOKENS_LAST_SECONDS = 3600;

// Both servers run as `npm start` would run them.
const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
const START_ARGUMENTS = scripts.start.split(' ').filter((word) => word.startsWith('--'));

const SCENARIOS = [
  { id: 'http-bare', name: 'bare Nest + Fastify route', server: 'bare', method: 'GET', path: '/api/credits' },
  { id: 'http-cached', name: 'cached balance', server: 'product', method: 'GET', path: '/api/credits' },
  {
    id: 'http-free',
    name: 'POST, unguarded twin',
    server: 'product',
    method: 'POST',
    path: '/api/bench/free',
  },
  { id: 'http-paid', name: 'POST, guarded', server: 'product', method: 'POST', path: '/api/bench/paid' },
];

export class HttpProgramme {
  #servers = {};
  #addresses = {};
  #cannon;
  /** Each connection is a user with a token of its own. */
  #users = Array.from({ length: CONNECTIONS }, (_, index) => `http-user-${index}`);
  #tokens = [];
  #paid = 0;
  #unanswered = 0;
  #reads = [];

  constructor({ databaseUrl, signal, say }) {
    Object.assign(this, { databaseUrl, signal, say });
  }

  async start() {
    const secret = randomBytes(32).toString('hex');
    const variables = {
      ...{ DATABASE_URL: this.databaseUrl, AUTH_MODE: 'hs256', AUTH_JWT_SECRET: secret },
      ...{ CREDIT_SIGNUP_GRANT: '1000000000', RATE_LIMIT_PER_MINUTE: '1000000000', LOG_LEVEL: 'info' },
    };
    this.#servers = {
      product: new Helper('product-server.mjs', { variables, nodeArguments: START_ARGUMENTS }),
      bare: new Helper('bare-server.mjs', { nodeArguments: START_ARGUMENTS }),
    };
    this.#cannon = new Helper('cannon.mjs');
    for (const [name, server] of Object.entries(this.#servers)) {
      this.#addresses[name] = (await server.heard()).url;
    }
    const key = new TextEncoder().encode(secret);
    this.#tokens = await Promise.all(this.#users.map((user) => tokenOf(user, key)));
  }

  async measure(rounds, seconds) {
    const measured = new Map(SCENARIOS.map(({ id }) => [id, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const scenario of SCENARIOS) {
        const warmUp = round === 1 ? FIRST_WARM_UP_SECONDS : WARM_UP_SECONDS;
        const figures = await this.#measureOne(scenario, seconds, warmUp);
        measured.get(scenario.id).push(figures);
        this.say(`round ${round} of ${rounds}: ${scenario.id} ${Math.round(figures.perSecond)}/s`);
      }
      // After the GETs, so the copies are there.
      const reads = await this.#servers.product.ask({ question: 'reads', userIds: this.#users, seconds: 1 });
      this.#reads.push(reads.perSecond);
    }
    const results = SCENARIOS.map(({ id, name }) => ({ id, name, ...medians(measured.get(id)) }));
    return { connections: CONNECTIONS, results, readsPerSecond: median(this.#reads) };
  }

  async #measureOne({ server, path, method }, seconds, warmUp) {
    const url = this.#addresses[server] + path;
    const tokens = server === 'product' ? this.#tokens : [];
    const fire = async (duration) => {
      this.signal.throwIfAborted();
      const shot = { url, method, connections: CONNECTIONS, seconds: duration, tokens };
      const result = await this.#cannon.ask(shot);
      if (result.failed > 0)
        throw new Error(`${result.failed} of ${result.calls} answers were not 2xx: ${url}`);
      if (path.endsWith('paid')) {
        this.#paid += result.calls;
        this.#unanswered += CONNECTIONS;
      }
      return result;
    };
    await fire(warmUp);
    const before = await this.#servers[server].ask({ question: 'cpu' });
    const { calls, seconds: took, p50Ms, p99Ms } = await fire(Math.ceil(seconds));
    const after = await this.#servers[server].ask({ question: 'cpu' });
    const nodeMicrosPerCall = (after.user + after.system - before.user - before.system) / calls;
    return { perSecond: calls / took, p50Ms, p99Ms, nodeMicrosPerCall };
  }

  /** What was answered with 201 was charged; what was under way when a run ended may have been. */
  async check() {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query(
        `SELECT count(*)::int AS n FROM credits.entries WHERE kind = 'charge'`,
      );
      const { ok, differences } = await checkIntegrity(
        async (sql, values) => (await client.query(sql, values)).rows,
        { pageSize: 500 },
      );
      const charged = rows[0].n;
      return {
        check: 'HTTP: every acknowledged request was charged once, and the books agree',
        ok: ok && charged >= this.#paid && charged <= this.#paid + this.#unanswered,
        detail: `${charged} charges, ${this.#paid} answers heard, ${differences.length} differences`,
      };
    } finally {
      await client.end();
    }
  }

  async close() {
    const helpers = [...Object.values(this.#servers), this.#cannon].filter((helper) => helper !== undefined);
    await Promise.allSettled(helpers.map((helper) => helper.stop()));
  }
}

function tokenOf(user, key) {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ sub: user, iat: now, exp: now + TOKENS_LAST_SECONDS })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(key);
}

function medians(rounds) {
  const keys = Object.keys(rounds[0]);
  return {
    ...Object.fromEntries(keys.map((key) => [key, median(rounds.map((round) => round[key]))])),
    rounds,
  };
}
