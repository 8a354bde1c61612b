import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Environment } from '../config/environment.js';
import { askDatabase } from '../credits/index.js';
import { makeErasureKey, remembersAnybody, requireErasureKey, type ErasureKey } from './erasure-key.js';

type Query = (sql: string, values: unknown[]) => Promise<unknown[]>;

/** Of two first erasures at once, by instances with folders of their own, the later one hears of the other's key. */
const FIRST_SQL = `SELECT pg_advisory_xact_lock(hashtextextended('creditgate erasure', 0))`;

/**
 * People whose user id was erased. Only a hash of it is remembered, keyed with a secret that is not in the database,
 * so that one who comes back with a token is not welcomed as a newcomer again.
 */
@Injectable()
export class FormerUsers implements OnModuleInit {
  #key: ErasureKey | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly environment: Environment,
  ) {}

  /** A start without the key is refused. @throws ConfigurationError */
  async onModuleInit(): Promise<void> {
    await requireErasureKey((sql, values) => this.#ask(sql, values), this.environment.dataDir);
  }

  /**
   * What stands for this user among the erased, for the transaction that writes it.
   *
   * @throws ConfigurationError when the others there were written with another key
   */
  async hashOf(userId: string, query: Query): Promise<string> {
    const { dataDir } = this.environment;
    if (!(await remembersAnybody(query))) await query(FIRST_SQL, []);
    const key = (await requireErasureKey(query, dataDir)) ?? (await makeErasureKey(dataDir));
    return key.hashOf(userId);
  }

  /** @throws CreditsUnavailableError; ConfigurationError when the key went away while this runs */
  async has(userId: string): Promise<boolean> {
    const query: Query = (sql, values) => this.#ask(sql, values);
    // Where nobody was erased yet no key is needed, and none is made.
    if (!(await remembersAnybody(query))) return false;
    this.#key ??= await requireErasureKey(query, this.environment.dataDir);
    const sql = 'SELECT FROM credits.erasures WHERE person_hash = ANY ($1) LIMIT 1';
    return (await query(sql, [this.#key?.hashesOf(userId) ?? []])).length > 0;
  }

  #ask(sql: string, values: unknown[]): Promise<unknown[]> {
    return askDatabase(this.dataSource, sql, values);
  }
}
