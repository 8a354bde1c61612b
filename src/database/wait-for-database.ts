import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { ConfigurationError, UnavailableError } from '../config/start-error.js';
import { clientOf, SQLSTATE } from '../credits/plumbing.js';
import type { Connection } from './hosts/connection-to.js';

export interface WaitOptions {
  onProgress: (line: string) => void;
  waitMs?: number;
  /** Who named the address. */
  variable?: string;
}

const WAIT_MS = 30_000;
const RETRY_EVERY_MS = 250;
const PROGRESS_EVERY_MS = 5000;
const CONNECT_WITHIN_MS = 5000;

// Class 28: the role or its password; 3D: the database; 42501: the role may not connect to it.
const REFUSED = /^(28...|3D...|42501)$/;
const BAD_CERTIFICATE = /CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO_VERIFY/;
/** From hosts/, where it is found out which server to connect to. */
const OF_OUR_OWN = /^Not connected: /;
const DRIVER_REFUSES = /^SASL|does not support SSL|Invalid URL|URI malformed/;

/**
 * A connection to the database, as soon as there is one.
 *
 * @throws ConfigurationError at once when the server says no to who we are or what we want
 * @throws UnavailableError when nothing has answered in time
 */
export async function waitForDatabase(connection: Connection, options: WaitOptions): Promise<pg.Client> {
  const { waitMs = WAIT_MS, variable = 'DATABASE_URL' } = options;
  const deadline = Date.now() + waitMs;
  let nextProgress = 0;
  for (;;) {
    try {
      // The last try has time, too, to hear why not.
      return await connect(
        connection,
        Math.min(CONNECT_WITHIN_MS, Math.max(deadline - Date.now(), RETRY_EVERY_MS)),
      );
    } catch (error) {
      const reason = reasonOf(error);
      if (isRefusal(error)) throw new ConfigurationError(`${variable} was refused by the server: ${reason}`);
      if (Date.now() >= deadline) {
        throw new UnavailableError(`The database did not answer within ${waitMs / 1000} s: ${reason}`);
      }
      if (Date.now() >= nextProgress) {
        options.onProgress(`Waiting for the database: ${reason}`);
        nextProgress = Date.now() + PROGRESS_EVERY_MS;
      }
      await delay(Math.min(RETRY_EVERY_MS, Math.max(deadline - Date.now(), 0)));
    }
  }
}

async function connect(connection: Connection, connectionTimeoutMillis: number): Promise<pg.Client> {
  const client = clientOf({
    ...connection,
    connectionTimeoutMillis,
    application_name: 'creditgate-start',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return REFUSED.test(code) || BAD_CERTIFICATE.test(code) || DRIVER_REFUSES.test(message);
}

/** A code rather than a message where there is one: messages may quote user names and addresses. Not our own. */
function reasonOf(error: unknown): string {
  const { code = '', message = 'unknown error' } = error as { code?: string; message?: string };
  if (OF_OUR_OWN.test(message)) return message.replace(OF_OUR_OWN, '');
  if (code === SQLSTATE.invalidAuthorization && /no encryption|SSL off/.test(message)) {
    return 'it wants TLS: add sslmode=require';
  }
  return REASONS[code] ?? (code || message);
}

const UNKNOWN_AUTHORITY =
  'its certificate is signed by an authority that is not known here: name its file with sslrootcert=';

const REASONS: Record<string, string> = {
  [SQLSTATE.invalidPassword]: 'wrong user name or password',
  [SQLSTATE.invalidAuthorization]: 'wrong user name or password',
  [SQLSTATE.noSuchDatabase]: 'there is no such database',
  [SQLSTATE.insufficientPrivilege]: 'this user may not connect to this database',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};
