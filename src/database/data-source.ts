import { Logger } from '@nestjs/common';
import type { Client as PgClient } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { firstConnection } from './first-connection.js';
import type { Connection } from './hosts/connection-to.js';
import { limitTransactions } from './limit-transactions.js';
import { hangUpOnSilence } from './silent-connection.js';

const APPLICATION_NAME = 'creditgate';

/**
 * Milliseconds, the smallest inside: the server gives up before the driver does, and says why. They are sent with the
 * request for a connection, so no statement is needed to set them.
 */
export const TIME_LIMITS = {
  lock_timeout: 1000,
  statement_timeout: 2000,
  query_timeout: 3000,
  idle_in_transaction_session_timeout: 5000,
};

export const POOL_SIZE = 10;

/** How long a caller waits for a free connection before the pool refuses it. */
const POOL_WAIT_MS = 1000;

const logger = new Logger('Database');

/** Options for TypeORM's `pg` driver. Migrations have run before (migrate.ts), so nothing here changes a table. */
export function dataSourceOptions(
  { connectionString: url, Client }: Connection,
  isPooled = false,
): DataSourceOptions {
  const { query_timeout, ...limits } = TIME_LIMITS;
  return {
    type: 'postgres',
    url,
    applicationName: APPLICATION_NAME,
    poolSize: POOL_SIZE,
    connectTimeoutMS: POOL_WAIT_MS,
    synchronize: false,
    migrationsRun: false,
    // The pool will open another one.
    poolErrorHandler: (error: Error) => logger.warn(`An idle database connection was lost: ${error.message}`),
    extra: {
      ...(Client && { Client }),
      query_timeout,
      ...(!isPooled && limits),
      keepAlive: true,
      // The pool listens only to its idle connections. Without this, a connection lost while it is lent out, between
      // two statements, would end the process. Its user learns of the loss from the next statement.
      onConnect: (client: PgClient) => {
        client.on('error', () => undefined);
        hangUpOnSilence(client);
        if (isPooled) limitTransactions(client, limits);
      },
    },
  };
}

/** Opens it with its first connection. */
export function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  return firstConnection(() => new DataSource(options).initialize());
}
