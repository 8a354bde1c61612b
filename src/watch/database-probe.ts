import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseServer } from '../database/database-server.js';
import { Readiness } from './readiness.js';

const ANSWERS_WITHIN_MS = 1000;

/** Asks the database on a connection of its own: when all others are busy, it still tells slow from dead. */
@Injectable()
export class DatabaseProbe implements OnApplicationShutdown {
  readonly #pool: pg.Pool;
  #asking: Promise<boolean> | undefined;

  constructor(server: DatabaseServer, readiness: Readiness) {
    this.#pool = new pg.Pool({
      connectionString: server.url,
      max: 1,
      connectionTimeoutMillis: ANSWERS_WITHIN_MS,
      query_timeout: ANSWERS_WITHIN_MS,
      application_name: 'creditgate health',
    });
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    readiness.add('database', () => this.answers());
  }

  /** Those who ask at the same time share one question, however many they are. */
  answers(): Promise<boolean> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(): Promise<boolean> {
    const question = this.#pool.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return Promise.race([question, delay(ANSWERS_WITHIN_MS, false, { ref: false })]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end();
  }
}
