import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { ConfigurationError, UnavailableError } from '../config/start-error.js';
import { clientOf } from '../credits/plumbing.js';
import { isRefusal, reasonOf } from './connection-faults.js';
import type { Connection } from './hosts/connection-to.js';

export interface WaitOptions {
  onProgress: (line: string) => void;
  waitMs?: number;
  /** The variable that has the address. */
  variable?: string;
  /** Aborts if the connection is not wanted any more. */
  signal?: AbortSignal;
}

const WAIT_MS = 30_000;
const RETRY_EVERY_MS = 250;
const PROGRESS_EVERY_MS = 5000;
const CONNECT_WITHIN_MS = 5000;

/**
 * A connection to the database, as soon as there is one.
 *
 * @throws ConfigurationError at once if the server refuses the role, the password or the database
 * @throws UnavailableError if nothing has answered in time, or if the connection is not wanted any more
 */
export async function waitForDatabase(connection: Connection, options: WaitOptions): Promise<pg.Client> {
  const { waitMs = WAIT_MS, variable = 'DATABASE_URL', signal } = options;
  const deadline = Date.now() + waitMs;
  let nextProgress = 0;
  for (;;) {
    try {
      // The last try, too, has time to learn the reason.
      const withinMs = Math.min(CONNECT_WITHIN_MS, Math.max(deadline - Date.now(), RETRY_EVERY_MS));
      return await connect(prepare(connection, withinMs, variable), signal);
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      const reason = reasonOf(error);
      if (isRefusal(error)) throw new ConfigurationError(`${variable} was refused by the server: ${reason}`);
      if (Date.now() >= deadline || signal?.aborted) {
        throw new UnavailableError(
          `The database at ${variable} did not answer within ${waitMs / 1000} s: ${reason}`,
        );
      }
      if (Date.now() >= nextProgress) {
        options.onProgress(`Waiting for the database at ${variable}: ${reason}`);
        nextProgress = Date.now() + PROGRESS_EVERY_MS;
      }
      await delay(Math.min(RETRY_EVERY_MS, Math.max(deadline - Date.now(), 0)));
    }
  }
}

/**
 * @throws ConfigurationError for a fault that was there before any request, such as a missing certificate: it will
 *   stay
 */
function prepare(connection: Connection, connectionTimeoutMillis: number, variable: string): pg.Client {
  try {
    return clientOf({ ...connection, connectionTimeoutMillis, application_name: 'creditgate-start' });
  } catch (error) {
    throw new ConfigurationError(`${variable} cannot be used: ${(error as Error).message}`);
  }
}

async function connect(client: pg.Client, signal?: AbortSignal): Promise<pg.Client> {
  client.on('error', () => undefined);
  const hangUp = () => client.connection.stream.destroy();
  signal?.addEventListener('abort', hangUp);
  try {
    await client.connect();
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  } finally {
    signal?.removeEventListener('abort', hangUp);
  }
}
