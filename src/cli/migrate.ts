import { Logger } from '@nestjs/common';
import { readEnvironment } from '../config/read-environment.js';
import { DatabaseServers } from '../database/database-servers.js';
import { MIGRATIONS } from '../migrations.js';
import { PinoLoggerService, createLogger } from '../watch/logger.js';
import { run } from './run.js';

/** Brings every database in use to this version, as the owner of its tables, and ends; the product then starts as any role. */
async function main(): Promise<void> {
  const environment = readEnvironment();
  Logger.overrideLogger(new PinoLoggerService(createLogger(environment.logLevel, process.stderr)));
  const startedAtMs = performance.now();
  const servers = await DatabaseServers.start(environment, MIGRATIONS, { needsAll: true });
  await servers.onApplicationShutdown();
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  const what =
    servers.servers.length === 1 ? 'The database is' : `The ${servers.servers.length} databases are`;
  process.stdout.write(`${what} at this version (${seconds} s).\n`);
}

run(main);
