import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Gauge } from 'prom-client';
import { SQLSTATE, sqlStateOf } from '../credits/plumbing.js';
import { DatabaseServers } from '../database/database-servers.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

const ANSWERS_WITHIN_MS = 1_500;
/** How long an answer is reused: anybody may ask for readiness, and each answer costs a commit. */
const KEPT_MS = 500;

interface MayWrite {
  may_write: boolean;
}

/** The longest life of the connection: its temporary table keeps the server from freezing old rows. */
const MOST_SECONDS = 600;
const IDLE_MS = 60_000;

/**
 * A message in the server's log of changes that nobody reads, so that its commit waits for whatever a paid request's
 * commit waits for: the disk, and a standby that has to confirm. A standby itself refuses it.
 */
const WRITE = `
  SELECT current_setting('transaction_read_only') = 'off' AS may_write,
         pg_logical_emit_message(true, 'creditgate', 'ready')`;

/** On a full disk a message still finds room. A row of a table that each commit empties needs a new page each time. */
const WRITE_A_PAGE = `
  CREATE TEMP TABLE IF NOT EXISTS creditgate_ready () ON COMMIT DELETE ROWS;
  INSERT INTO pg_temp.creditgate_ready DEFAULT VALUES;
  ${WRITE}`;

/**
 * Tells whether a write can succeed now on one server. It asks on a connection of its own, so it can tell slow from
 * dead even while all other connections are busy.
 */
class ServerProbe {
  readonly #pool: pg.Pool;
  #answer: Promise<boolean> | undefined;
  #write = WRITE_A_PAGE;

  constructor(connection: pg.PoolConfig) {
    this.#pool = new pg.Pool({
      ...connection,
      max: 1,
      maxLifetimeSeconds: MOST_SECONDS,
      idleTimeoutMillis: IDLE_MS,
      connectionTimeoutMillis: ANSWERS_WITHIN_MS,
      query_timeout: ANSWERS_WITHIN_MS,
      application_name: 'creditgate health',
    });
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** All who ask within half a second share one probe. */
  takesWrites(): Promise<boolean> {
    if (this.#answer === undefined) {
      this.#answer = this.#ask();
      setTimeout(() => (this.#answer = undefined), KEPT_MS).unref();
    }
    return this.#answer;
  }

  async #ask(): Promise<boolean> {
    const question = this.#tryToWrite().catch(() => false);
    return Promise.race([question, delay(ANSWERS_WITHIN_MS, false, { ref: false })]);
  }

  async #tryToWrite(): Promise<boolean> {
    try {
      // For several statements node-postgres returns a list.
      const answers: pg.QueryResult<MayWrite> | pg.QueryResult<MayWrite>[] = await this.#pool.query<MayWrite>(
        this.#write,
      );
      return [answers].flat().at(-1)!.rows[0]!.may_write;
    } catch (error) {
      if (this.#write === WRITE || sqlStateOf(error) !== SQLSTATE.insufficientPrivilege) throw error;
      // This role may not make temporary tables.
      this.#write = WRITE;
      return this.#tryToWrite();
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

/** The probes of all servers. The process is ready while one of them can write; users of the others get 503. */
@Injectable()
export class DatabaseProbe implements OnApplicationShutdown {
  readonly #probes: readonly { name: string; probe: ServerProbe; isThere: () => boolean }[];

  constructor(all: DatabaseServers, readiness: Readiness, { registry }: Metrics) {
    this.#probes = all.servers.map((server) => ({
      name: server.name,
      probe: new ServerProbe(server.connection),
      isThere: () => all.isThere(server),
    }));
    readiness.add('database', () => this.takesWrites());
    const collect = async () => {
      for (const [groups, takesWrites] of await this.byGroups()) gauge.set({ groups }, Number(takesWrites));
    };
    const gauge = new Gauge({
      name: 'credits_groups_writable',
      help: '1 while credits of these groups of wallets can be written, else 0 and their users are answered 503',
      labelNames: ['groups'],
      registers: [registry],
      collect,
    });
  }

  /** True if any server can write. */
  async takesWrites(): Promise<boolean> {
    return (await this.byGroups()).some(([, takesWrites]) => takesWrites);
  }

  /** The state of each server, by its groups. */
  byGroups(): Promise<[groups: string, takesWrites: boolean][]> {
    const answers = this.#probes.map(async ({ name, probe, isThere }): Promise<[string, boolean]> => {
      return [name, isThere() && (await probe.takesWrites())];
    });
    return Promise.all(answers);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#probes.map(({ probe }) => probe.end()));
  }
}
