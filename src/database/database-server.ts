import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Environment } from '../config/environment.js';
import { fateOfSettings } from '../credits/plumbing.js';
import { ConfigurationError } from '../config/start-error.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import type { Migration } from './migrate.js';
import { checkServer } from './server-check.js';
import { waitForDatabase } from './wait-for-database.js';

const logger = new Logger('Database');
const onProgress = (line: string) => logger.log(line);

/** The PostgreSQL this process uses: the operator's, or an embedded one that it gives back at the end. */
export class DatabaseServer implements OnApplicationShutdown {
  #isPooled = false;

  private constructor(
    /** With the password: for connections, never for a log. */
    readonly url: string,
    /** The same server without a pooler before it. */
    readonly directUrl: string,
    private readonly giveBack: () => Promise<void>,
  ) {}

  /** A server that answers, is safe, and has up-to-date tables. @throws StartError */
  static async start(environment: Environment, migrations: readonly Migration[]): Promise<DatabaseServer> {
    const server = environment.databaseUrl
      ? DatabaseServer.given(environment.databaseUrl, environment.databaseDirectUrl)
      : await DatabaseServer.embedded(environment.dataDir);
    try {
      await server.prepare(migrations);
      return server;
    } catch (error) {
      await server.giveBack();
      throw error;
    }
  }

  private static given(url: string, directUrl = url): DatabaseServer {
    return new DatabaseServer(url, directUrl, async () => undefined);
  }

  private static async embedded(dataDir: string): Promise<DatabaseServer> {
    const server = await startEmbeddedPostgres({ dataDir, onProgress });
    return new DatabaseServer(server.url, server.url, () => server.stop());
  }

  private async prepare(migrations: readonly Migration[]): Promise<void> {
    const client = await waitForDatabase(this.directUrl, { onProgress });
    try {
      await checkServer(client, (line) => logger.warn(line));
      for (const migration of migrations) await migration(client, { onProgress });
    } finally {
      await client.end().catch(() => undefined);
    }
    await this.meetPooler();
  }

  private async meetPooler(): Promise<void> {
    if (this.url !== this.directUrl) await (await waitForDatabase(this.url, { onProgress })).end();
    const fate = await fateOfSettings({ connectionString: this.url });
    this.#isPooled = fate !== 'heard';
    if (!this.#isPooled || this.url !== this.directUrl) return;
    if (fate === 'refused') {
      throw new ConfigurationError(
        'DATABASE_URL leads through a pooler that refuses startup parameters: ' +
          'name the server itself in DATABASE_DIRECT_URL',
      );
    }
    logger.warn(
      'DATABASE_URL leads through a pooler: name the server itself in DATABASE_DIRECT_URL, ' +
        'or nothing is heard of changes and every balance is read from the database',
    );
  }

  /** Whether a pooler stands before `url`, so that nothing which belongs to a session holds. */
  get isPooled(): boolean {
    return this.#isPooled;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.giveBack();
  }
}
