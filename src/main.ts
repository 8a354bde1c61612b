import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Environment } from './config/environment.js';
import { readEnvironment } from './config/read-environment.js';
import { startErrorOf } from './database/start-error-of.js';
import { createApp } from './http/create-app.js';
import { expectFreePort, listen } from './http/listen.js';
import { closeOnSignals } from './http/shutdown.js';
import { welcome } from './http/welcome.js';
import { loadEmbeddedKeys, mintToken, noteAddress } from './identity/index.js';
import { DataDirClaim } from './library/data-dir-claim.js';
import { OrphanSweeper } from './library/orphan-sweeper.js';
import { ReadingRoom } from './library/reading-room.js';
import { WritingRoom } from './library/writing-room.js';
import { Readiness } from './watch/readiness.js';

/** A start that a signal interrupts has not failed. */
let isClosing = false;

async function main(): Promise<void> {
  const environment = readEnvironment();
  await expectFreePort(environment);
  const app = await createApp(AppModule, environment);
  for (const name of environment.unknownVariables) {
    new Logger('Configuration').warn(`${name} is not a setting of this version: it has no effect`);
  }
  // Everything else that may refuse the start comes first, because a refused start must not claim the folder.
  await app.init();
  await app.get(DataDirClaim, { strict: false }).make();
  closeOnSignals(app, {
    drainSeconds: environment.drainSeconds,
    onSignal: () => {
      isClosing = true;
      app.get(Readiness, { strict: false }).close();
    },
  });
  sayStrayFailures();
  await listen(app, environment);
  app.get(OrphanSweeper, { strict: false }).start();
  const address = await addressOf(app, environment);
  process.stdout.write(`${address}\n`);
  if (process.stdout.isTTY) process.stdout.write(welcome(address, environment.authMode));
  await Promise.all([ReadingRoom, WritingRoom].map((room) => app.get(room, { strict: false }).open()));
}

/**
 * Logs a failed promise that nothing waits for. It has harmed nobody else, but Node would end the process, and all
 * other work with it.
 */
function sayStrayFailures(): void {
  const logger = new Logger('Process');
  process.on('unhandledRejection', (reason) => {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    logger.error(`a failure that nobody waited for: ${error.message}`, error.stack);
  });
}

/** Where to open the page; in embedded mode signed in as `demo`. */
async function addressOf(app: NestFastifyApplication, { authMode, dataDir }: Environment): Promise<string> {
  const url = `${await app.getUrl()}/`;
  if (authMode !== 'embedded') return url;
  await noteAddress(dataDir, url);
  return `${url}#token=${await mintToken(await loadEmbeddedKeys(dataDir), { user: 'demo' })}`;
}

main().catch((error: unknown) => {
  if (isClosing) return;
  const { message, exitCode } = startErrorOf(error);
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
});
