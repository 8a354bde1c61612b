import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Environment } from '../config/environment.js';
import { fateOfSettings } from '../credits/plumbing.js';
import { ConfigurationError } from '../config/start-error.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { type Connection, connectionTo } from './hosts/connection-to.js';
import { Timelines } from './hosts/timelines.js';
import type { Migration } from './migrate.js';
import { checkServer } from './server-check.js';
import { waitForDatabase } from './wait-for-database.js';

const logger = new Logger('Database');
const onProgress = (line: string) => logger.log(line);

/** The PostgreSQL this process uses: the operator's, or an embedded one that it gives back at the end. */
export class DatabaseServer implements OnApplicationShutdown {
  #isPooled = false;

  private constructor(
    readonly connection: Connection,
    /** The same server without a pooler before it. */
    readonly direct: Connection,
    private readonly giveBack: () => Promise<void>,
  ) {}

  /** A server that answers, is safe, and has up-to-date tables. @throws StartError */
  static async start(environment: Environment, migrations: readonly Migration[]): Promise<DatabaseServer> {
    const { databaseUrl, databaseDirectUrl, dataDir } = environment;
    const server = databaseUrl
      ? DatabaseServer.given(databaseUrl, databaseDirectUrl, new Timelines(dataDir))
      : await DatabaseServer.embedded(dataDir);
    try {
      await server.prepare(migrations);
      return server;
    } catch (error) {
      await server.giveBack();
      throw error;
    }
  }

  private static given(url: string, directUrl: string | undefined, timelines: Timelines): DatabaseServer {
    const connection = connectionTo(url, timelines);
    const direct = directUrl === undefined ? connection : connectionTo(directUrl, timelines);
    return new DatabaseServer(connection, direct, async () => undefined);
  }

  private static async embedded(dataDir: string): Promise<DatabaseServer> {
    const server = await startEmbeddedPostgres({ dataDir, onProgress });
    const connection = { connectionString: server.url };
    return new DatabaseServer(connection, connection, () => server.stop());
  }

  private async prepare(migrations: readonly Migration[]): Promise<void> {
    const client = await waitForDatabase(this.direct, { onProgress });
    try {
      await checkServer(client, (line) => logger.warn(line));
      for (const migration of migrations) await migration(client, { onProgress });
    } finally {
      await client.end().catch(() => undefined);
    }
    await this.meetPooler();
  }

  private async meetPooler(): Promise<void> {
    const isDirect = this.connection === this.direct;
    if (!isDirect) await (await waitForDatabase(this.connection, { onProgress })).end();
    const fate = await fateOfSettings(this.connection);
    this.#isPooled = fate !== 'heard';
    if (fate !== 'refused' || !isDirect) return;
    throw new ConfigurationError(
      'DATABASE_URL leads through a pooler that refuses startup parameters: ' +
        'name the server itself in DATABASE_DIRECT_URL',
    );
  }

  /** Whether a pooler stands before `connection`, so that nothing which belongs to a session holds. */
  get isPooled(): boolean {
    return this.#isPooled;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.giveBack();
  }
}
