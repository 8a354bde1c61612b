import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as delay } from 'node:timers/promises';

/** How long running work may take to finish; then its connections are closed, which releases its holds. */
const GRACE_MS = 7_000;
/** Then whatever still hangs is given up, and the holds of this process expire. */
const LIMIT_MS = 9_500;

/**
 * A terminal sends Ctrl-C to all its processes, and npm sends it to its child again. A signal after this time ends
 * the process at once.
 */
const ECHO_MS = 1_000;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export interface DrainOptions {
  /** How long everything is still answered, until load balancers send no more requests. */
  drainSeconds?: number;
  /** Called at the signal: readiness is refused from here on. */
  onSignal?: () => void;
}

/**
 * End on SIGTERM and SIGINT: drain, take no new work, and let running work finish or be released, within ten seconds.
 */
export function closeOnSignals(app: NestFastifyApplication, options: DrainOptions = {}): void {
  const { drainSeconds = 0, onSignal } = options;
  const logger = new Logger('Shutdown');
  const close = async (signal: NodeJS.Signals) => {
    onSignal?.();
    if (drainSeconds > 0) logger.log(`${signal}: draining for ${drainSeconds} s`);
    await delay(drainSeconds * 1_000);
    logger.log(`${signal}: finishing what runs`);
    // Otherwise a connection would stay open for its next request.
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
