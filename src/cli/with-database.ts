import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { Environment } from '../config/environment.js';
import { readEnvironment } from '../config/read-environment.js';
import { ConfigurationError } from '../config/start-error.js';
import { clientOf, type Placement } from '../credits/plumbing.js';
import { DatabaseServers } from '../database/database-servers.js';
import { PinoLoggerService, createLogger } from '../watch/logger.js';

/** A server of the map and its groups, as `0-3` for people. */
export interface ConnectedServer {
  client: pg.Client;
  placement: Placement;
  name: string;
}

/**
 * A connection to the database in use, embedded or not, whose tables stay as they are. An embedded server that runs
 * is joined; one that does not is started for as long as this lasts.
 */
export function withDatabase<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
  const environment = readEnvironment();
  requireOneServer(environment);
  return onEach(environment, ([server]) => use(server!.client));
}

/** The same for each server of the map, the first group's first. None may be away. */
export function withServers<T>(
  use: (servers: ConnectedServer[], environment: Environment) => Promise<T>,
): Promise<T> {
  const environment = readEnvironment();
  return onEach(environment, (servers) => use(servers, environment));
}

async function onEach<T>(
  environment: Environment,
  use: (servers: ConnectedServer[]) => Promise<T>,
): Promise<T> {
  // Standard output is for the answer alone.
  Logger.overrideLogger(new PinoLoggerService(createLogger('error', process.stderr)));
  const all = await DatabaseServers.start(environment, [], { needsAll: true });
  const inOrder = [...all.servers].sort((a, b) => a.placement.here[0]! - b.placement.here[0]!);
  const connected = inOrder.map(({ direct, placement, name }) => {
    const client = clientOf({ ...direct, application_name: 'creditgate-cli' });
    client.on('error', () => undefined);
    return { client, placement, name };
  });
  try {
    for (const { client } of connected) await client.connect();
    return await use(connected);
  } finally {
    for (const { client } of connected) await client.end().catch(() => undefined);
    await all.onApplicationShutdown();
  }
}

/** Refuses a part of the books, which would look like all of them. @throws ConfigurationError */
function requireOneServer({ places }: Environment): void {
  if (places.length === 1) return;
  throw new ConfigurationError(
    'DATABASE_GROUPS names several servers, and this command works on one: use psql there',
  );
}
