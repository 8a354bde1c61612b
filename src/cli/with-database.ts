import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { readEnvironment, type Environment } from '../config/environment.js';
import { clientOf } from '../credits/plumbing.js';
import { DatabaseServer } from '../database/database-server.js';
import { PinoLoggerService, createLogger } from '../watch/logger.js';

/**
 * A connection to the database in use, embedded or not, whose tables stay as they are. An embedded server that runs
 * is joined; one that does not is started for as long as this lasts.
 */
export async function withDatabase<T>(
  use: (client: pg.Client, environment: Environment) => Promise<T>,
): Promise<T> {
  const environment = readEnvironment();
  // Standard output is left to the answer.
  Logger.overrideLogger(new PinoLoggerService(createLogger('error', process.stderr)));
  const server = await DatabaseServer.start(environment, []);
  const client = clientOf({ ...server.direct, application_name: 'creditgate-cli' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client, environment);
  } finally {
    await client.end().catch(() => undefined);
    await server.onApplicationShutdown();
  }
}
