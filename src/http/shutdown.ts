import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Work that runs at the signal may finish; after this its connections are closed, which releases its holds. */
const GRACE_MS = 7_000;
/** Whatever still hangs then is given up: the holds of this process expire. */
const LIMIT_MS = 9_500;

/** End on SIGTERM and SIGINT: no new work, what runs finishes or is released, within ten seconds. */
export function closeOnSignals(app: NestFastifyApplication): void {
  const logger = new Logger('Shutdown');
  const close = (signal: NodeJS.Signals) => {
    logger.log(`${signal}: finishing what runs`);
    // A connection whose request is answered would stay open for the next one.
    setInterval(() => app.getHttpServer().closeIdleConnections(), 100).unref();
    setTimeout(() => app.getHttpServer().closeAllConnections(), GRACE_MS).unref();
    setTimeout(() => process.exit(1), LIMIT_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error(`not closed cleanly: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, close);
}
