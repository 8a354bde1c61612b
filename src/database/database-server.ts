import { Logger } from '@nestjs/common';
import type { Client } from 'pg';
import { nameOfGroups, type Place } from '../config/group-map.js';
import { ConfigurationError, StartError } from '../config/start-error.js';
import { fateOfSettings, missingIn, type Placement } from '../credits/plumbing.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { type Connection, connectionTo } from './hosts/connection-to.js';
import { Timelines } from './hosts/timelines.js';
import type { Migration } from './migrate.js';
import { checkServer } from './server-check.js';
import { startErrorOf } from './start-error-of.js';
import { waitForDatabase } from './wait-for-database.js';

const logger = new Logger('Database');
const onProgress = (line: string) => logger.log(line);
const nothing = async () => undefined;

/** A PostgreSQL server that this process uses: the operator's, or an embedded one that it gives back at the end. */
export class DatabaseServer {
  #isPooled = false;

  private constructor(
    /** The groups that it has, and how many there are in all. */
    readonly placement: Placement,
    readonly connection: Connection,
    /** The same server without a pooler in front. */
    readonly direct: Connection,
    /** The variables that name `connection` and `direct`. */
    private readonly variable: string,
    private readonly directVariable: string,
    readonly giveBack: () => Promise<void>,
  ) {}

  static async at(place: Place, count: number, dataDir: string): Promise<DatabaseServer> {
    const { groups: here, url, directUrl, variable, directVariable } = place;
    const placement = { count, here };
    if (url === undefined) {
      const server = await startEmbeddedPostgres({ dataDir, onProgress });
      const connection = { connectionString: server.url };
      const giveBack = () => server.stop();
      return new DatabaseServer(placement, connection, connection, 'DATA_DIR', 'DATA_DIR', giveBack);
    }
    const timelines = new Timelines(dataDir);
    const connection = connectionTo(url, timelines);
    if (directUrl === undefined)
      return new DatabaseServer(placement, connection, connection, variable, variable, nothing);
    const direct = connectionTo(directUrl, timelines);
    return new DatabaseServer(placement, connection, direct, variable, directVariable, nothing);
  }

  /** Its groups for people to read, such as `0-3`. */
  get name(): string {
    return nameOfGroups(this.placement.here);
  }

  /** Connects once the server answers, if it is safe. @throws StartError */
  async reach(signal: AbortSignal, waitMs?: number): Promise<Client> {
    const variable = this.directVariable;
    const client = await waitForDatabase(this.direct, { onProgress, waitMs, variable, signal });
    try {
      await checkServer(client, (line) => logger.warn(line));
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw this.#named(error);
    }
  }

  /**
   * Brings the tables to this version and finds out whether a pooler is in front. @throws StartError, and what the
   * migrations throw
   */
  async prepare(client: Client, migrations: readonly Migration[]): Promise<void> {
    const { placement } = this;
    await this.#requireTransactions(client, this.directVariable);
    try {
      for (const migration of migrations) await migration(client, { onProgress, placement });
    } catch (error) {
      throw this.#named(error);
    }
    await this.#meetPooler();
  }

  /** @throws ConfigurationError if a group would be made again: its users would be greeted like strangers */
  async requireGroups(client: Client): Promise<void> {
    const missing = await missingIn(client, this.placement);
    if (missing.length === 0) return;
    throw new ConfigurationError(
      `${this.variable} must name the database that has the groups ${nameOfGroups(missing)}: ` +
        'they were made, and are not there; a group that moves is restored before the map says so',
    );
  }

  async #meetPooler(): Promise<void> {
    const isDirect = this.connection === this.direct;
    const { variable } = this;
    if (!isDirect) {
      const client = await waitForDatabase(this.connection, { onProgress, variable });
      await this.#requireTransactions(client, variable).finally(() => client.end().catch(() => undefined));
    }
    const fate = await fateOfSettings(this.connection);
    this.#isPooled = fate !== 'heard';
    if (fate !== 'refused' || !isDirect) return;
    const other = variable === 'DATABASE_URL' ? 'DATABASE_DIRECT_URL' : 'DATABASE_DIRECT_GROUPS';
    throw new ConfigurationError(
      `${variable} leads through a pooler that refuses startup parameters: name the server itself in ${other}`,
    );
  }

  /** @throws ConfigurationError for PgBouncer in statement mode, which ends a client that begins a transaction */
  async #requireTransactions(client: Client, variable: string): Promise<void> {
    try {
      await client.query('BEGIN');
      await client.query('ROLLBACK');
    } catch (error) {
      if (!/statement pooling/.test((error as Error).message)) throw error;
      throw new ConfigurationError(
        `${variable} leads through a pooler in statement mode, which allows no transactions: set pool_mode = transaction`,
      );
    }
  }

  /** With several servers, says which one a message is about. */
  #named(error: unknown): unknown {
    const { message, exitCode } = startErrorOf(error);
    if (this.placement.here.length === this.placement.count || exitCode === 1) return error;
    return new StartError(`${this.directVariable}: ${message}`, exitCode, { cause: error });
  }

  /** True if a pooler is in front of `connection`, so that no session state lasts. */
  get isPooled(): boolean {
    return this.#isPooled;
  }
}
