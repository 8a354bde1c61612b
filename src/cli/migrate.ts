import { Logger } from '@nestjs/common';
import { readEnvironment } from '../config/environment.js';
import { DatabaseServer } from '../database/database-server.js';
import { MIGRATIONS } from '../migrations.js';
import { PinoLoggerService, createLogger } from '../watch/logger.js';
import { run } from './run.js';

/** Brings the database in use to this version, as the owner of its tables, and ends; the product then starts as any role. */
async function main(): Promise<void> {
  const environment = readEnvironment();
  Logger.overrideLogger(new PinoLoggerService(createLogger(environment.logLevel, process.stderr)));
  const startedAtMs = performance.now();
  const server = await DatabaseServer.start(environment, MIGRATIONS);
  await server.onApplicationShutdown();
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  process.stdout.write(`The database is at this version (${seconds} s).\n`);
}

run(main);
