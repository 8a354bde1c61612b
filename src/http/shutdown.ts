import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as delay } from 'node:timers/promises';

/** Work that runs at the signal may finish; after this its connections are closed, which releases its holds. */
const GRACE_MS = 7_000;
/** Whatever still hangs then is given up: the holds of this process expire. */
const LIMIT_MS = 9_500;

/** A terminal tells all its processes of Ctrl-C, and npm tells its own once more. After this the next one ends at once. */
const ECHO_MS = 1_000;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export interface DrainOptions {
  /** So long everything is answered as before, for balancers to send nothing more. */
  drainSeconds?: number;
  /** Called at the signal: readiness is refused from here on. */
  onSignal?: () => void;
}

/** End on SIGTERM and SIGINT: after draining no new work; what runs finishes or is released, within ten seconds. */
export function closeOnSignals(app: NestFastifyApplication, options: DrainOptions = {}): void {
  const { drainSeconds = 0, onSignal } = options;
  const logger = new Logger('Shutdown');
  const close = async (signal: NodeJS.Signals) => {
    onSignal?.();
    if (drainSeconds > 0) logger.log(`${signal}: draining for ${drainSeconds} s`);
    await delay(drainSeconds * 1_000);
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
  let isClosing = false;
  const hear = (signal: NodeJS.Signals) => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => SIGNALS.forEach((each) => process.removeListener(each, hear)), ECHO_MS).unref();
    void close(signal);
  };
  for (const signal of SIGNALS) process.on(signal, hear);
}
