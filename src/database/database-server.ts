import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Environment } from '../config/environment.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import type { Migration } from './migrate.js';
import { checkServer } from './server-check.js';
import { waitForDatabase } from './wait-for-database.js';

const logger = new Logger('Database');
const onProgress = (line: string) => logger.log(line);

/** The PostgreSQL this process uses: the operator's, or an embedded one that it gives back at the end. */
export class DatabaseServer implements OnApplicationShutdown {
  private constructor(
    /** With the password: for connections, never for a log. */
    readonly url: string,
    private readonly giveBack: () => Promise<void>,
  ) {}

  /** A server that answers, is safe, and has up-to-date tables. @throws StartError */
  static async start(environment: Environment, migrations: readonly Migration[]): Promise<DatabaseServer> {
    const server = environment.databaseUrl
      ? new DatabaseServer(environment.databaseUrl, async () => undefined)
      : await DatabaseServer.embedded(environment.dataDir);
    try {
      await server.prepare(migrations);
      return server;
    } catch (error) {
      await server.giveBack();
      throw error;
    }
  }

  private static async embedded(dataDir: string): Promise<DatabaseServer> {
    const server = await startEmbeddedPostgres({ dataDir, onProgress });
    return new DatabaseServer(server.url, () => server.stop());
  }

  private async prepare(migrations: readonly Migration[]): Promise<void> {
    const client = await waitForDatabase(this.url, { onProgress });
    try {
      await checkServer(client);
      for (const migration of migrations) await migration(client, { onProgress });
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.giveBack();
  }
}
