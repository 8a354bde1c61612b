import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { Environment } from '../config/environment.js';
import { readEnvironment } from '../config/read-environment.js';
import { ConfigurationError } from '../config/start-error.js';
import { clientOf } from '../credits/plumbing.js';
import { DatabaseServers } from '../database/database-servers.js';
import { PinoLoggerService, createLogger } from '../watch/logger.js';

/**
 * A connection to the database in use, embedded or not, whose tables stay as they are. An embedded server that runs
 * is joined; one that does not is started for as long as this lasts.
 */
export async function withDatabase<T>(
  use: (client: pg.Client, environment: Environment) => Promise<T>,
): Promise<T> {
  const environment = readEnvironment();
  requireOneServer(environment);
  // Standard output is left to the answer.
  Logger.overrideLogger(new PinoLoggerService(createLogger('error', process.stderr)));
  const servers = await DatabaseServers.start(environment, []);
  const client = clientOf({ ...servers.first.direct, application_name: 'creditgate-cli' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client, environment);
  } finally {
    await client.end().catch(() => undefined);
    await servers.onApplicationShutdown();
  }
}

/** A part of the books would look like all of them. @throws ConfigurationError */
function requireOneServer({ places }: Environment): void {
  if (places.length === 1) return;
  throw new ConfigurationError(
    'DATABASE_GROUPS names several servers: this command works on one database; docs/operating.md says how each is backed up',
  );
}
