import type { Client } from 'pg';
import { ConfigurationError } from '../config/start-error.js';

const OLDEST_VERSION = 15;

const FACTS = `
  SELECT current_setting('server_version_num')::int / 10000 AS version,
         current_setting('fsync')              AS fsync,
         current_setting('full_page_writes')   AS full_page_writes,
         current_setting('synchronous_commit') AS synchronous_commit,
         pg_is_in_recovery()                   AS standby`;

interface Facts {
  version: number;
  fsync: string;
  full_page_writes: string;
  synchronous_commit: string;
  standby: boolean;
}

/**
 * Refuses a server that may forget what it has confirmed, or cannot be written to.
 *
 * `synchronous_commit` may also be set for one role or database, so this asks as the app's own role.
 *
 * @throws ConfigurationError that names everything that is wrong with the server.
 */
export async function checkServer(client: Client): Promise<void> {
  const { rows } = await client.query<Facts>(FACTS);
  const faults = rows.flatMap(faultsOf);
  if (faults.length > 0) throw new ConfigurationError(`Database refused: ${faults.join('; ')}`);
}

function faultsOf(facts: Facts): string[] {
  const faults: string[] = [];
  if (facts.version < OLDEST_VERSION) {
    faults.push(`PostgreSQL ${OLDEST_VERSION} or later is needed, this is ${facts.version}`);
  }
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit'] as const) {
    if (facts[setting] === 'off') faults.push(`${setting} is off, so a crash could lose confirmed credits`);
  }
  if (facts.standby) faults.push('the server is a standby, which cannot be written to');
  return faults;
}
