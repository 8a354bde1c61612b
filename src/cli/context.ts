import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { userInfo } from 'node:os';
import { readEnvironment } from '../config/read-environment.js';
import { createLogger, PinoLoggerService } from '../watch/logger.js';

/** The product without a server: the services behind the operators' routes. Standard output is left to the answer. */
export async function withServices<T>(use: (services: INestApplicationContext) => Promise<T>): Promise<T> {
  const { logLevel } = readEnvironment();
  // Faults of the command are reported before the product is loaded.
  const { AppModule } = await import('../app.module.js');
  const logger = createLogger(logLevel === 'silent' ? 'silent' : 'error', process.stderr);
  const services = await NestFactory.createApplicationContext(AppModule, {
    abortOnError: false,
    logger: new PinoLoggerService(logger),
  });
  try {
    return await use(services);
  } finally {
    await services.close();
  }
}

/** The actor for the ledger: the account of the operating system. */
export function actorOfCommand(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // A container may run under a user id without a name.
    return 'cli';
  }
}
