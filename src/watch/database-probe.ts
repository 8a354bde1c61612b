import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseServer } from '../database/database-server.js';
import { Readiness } from './readiness.js';

const ANSWERS_WITHIN_MS = 1_500;
/** Anybody may ask for readiness, and each answer costs a commit. */
const KEPT_MS = 500;

/**
 * A message in the server's log of changes that nobody reads, so that its commit waits for whatever a paid request's
 * commit waits for: the disk, and a standby that has to confirm. A standby itself refuses it.
 */
const WRITE = `
  SELECT current_setting('transaction_read_only') = 'off' AS may_write,
         pg_logical_emit_message(true, 'creditgate', 'ready')`;

/**
 * Whether a write can succeed now, asked on a connection of its own: when all others are busy, it still tells slow from
 * dead.
 */
@Injectable()
export class DatabaseProbe implements OnApplicationShutdown {
  readonly #pool: pg.Pool;
  #answer: Promise<boolean> | undefined;

  constructor(server: DatabaseServer, readiness: Readiness) {
    this.#pool = new pg.Pool({
      ...server.connection,
      max: 1,
      connectionTimeoutMillis: ANSWERS_WITHIN_MS,
      query_timeout: ANSWERS_WITHIN_MS,
      application_name: 'creditgate health',
    });
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    readiness.add('database', () => this.takesWrites());
  }

  /** Those who ask within half a second of each other share one question, however many they are. */
  takesWrites(): Promise<boolean> {
    if (this.#answer === undefined) {
      this.#answer = this.#ask();
      setTimeout(() => (this.#answer = undefined), KEPT_MS).unref();
    }
    return this.#answer;
  }

  async #ask(): Promise<boolean> {
    const question = this.#pool.query<{ may_write: boolean }>(WRITE).then(
      ({ rows }) => rows[0]!.may_write,
      () => false,
    );
    return Promise.race([question, delay(ANSWERS_WITHIN_MS, false, { ref: false })]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end();
  }
}
