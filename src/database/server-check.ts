import type { Client } from 'pg';
import { ConfigurationError } from '../config/start-error.js';

const OLDEST_VERSION = 15;

/**
 * Settings that a role, a database or a server may have, and that would change the meaning of our statements or their
 * answers: `session_replication_role` turns off the triggers that journal edits by hand.
 */
const HAS_TO_BE = {
  server_encoding: 'UTF8',
  DateStyle: 'ISO',
  standard_conforming_strings: 'on',
  default_transaction_isolation: 'read committed',
  session_replication_role: 'origin',
} as const;

const FACTS = `
  SELECT pg_catalog.current_setting('server_version_num')::int / 10000 AS version,
         pg_catalog.current_setting('fsync')              AS fsync,
         pg_catalog.current_setting('full_page_writes')   AS full_page_writes,
         pg_catalog.current_setting('synchronous_commit') AS synchronous_commit,
         pg_catalog.pg_is_in_recovery()               AS standby,
         pg_catalog.current_setting('transaction_read_only') = 'on' AS read_only,
         ${Object.keys(HAS_TO_BE)
           .map((name) => `pg_catalog.current_setting('${name}') AS "${name}",`)
           .join(' ')}
         (pg_catalog.current_schemas(true))[1]::text AS first_schema,
         pg_catalog.current_setting('synchronous_standby_names') = ''
           AND EXISTS (SELECT FROM pg_catalog.pg_stat_replication) AS followed_asynchronously`;

interface Facts extends Record<keyof typeof HAS_TO_BE, string> {
  version: number;
  fsync: string;
  full_page_writes: string;
  synchronous_commit: string;
  standby: boolean;
  read_only: boolean;
  first_schema: string;
  followed_asynchronously: boolean;
}

/**
 * Refuses a server that may lose what it has confirmed, or that cannot be written to. Warns if a failover could lose
 * what was confirmed.
 *
 * The check runs as the app's own role, because `synchronous_commit` may also be set for one role or database.
 *
 * @throws ConfigurationError that names every fault of the server
 */
export async function checkServer(client: Client, warn: (line: string) => void): Promise<void> {
  const { rows } = await client.query<Facts>(FACTS);
  const faults = rows.flatMap(faultsOf);
  if (faults.length > 0) throw new ConfigurationError(`Database refused: ${faults.join('; ')}`);
  if (rows[0]!.followed_asynchronously) {
    warn(
      'A standby follows this server asynchronously: a failover to it can lose the last confirmed credits. ' +
        'synchronous_standby_names makes commits wait for it',
    );
  }
}

function faultsOf(facts: Facts): string[] {
  const faults: string[] = [];
  if (facts.version < OLDEST_VERSION) {
    faults.push(`PostgreSQL ${OLDEST_VERSION} or later is needed, this is ${facts.version}`);
  }
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit'] as const) {
    if (facts[setting] === 'off') faults.push(`${setting} is off, so a crash could lose confirmed credits`);
  }
  if (facts.synchronous_commit === 'local') {
    faults.push('synchronous_commit is local, so a failover could lose confirmed credits');
  }
  if (facts.standby) faults.push('the server is a standby, which cannot be written to');
  else if (facts.read_only) faults.push('default_transaction_read_only is on, so nothing can be written');
  if (facts.first_schema !== 'pg_catalog') {
    faults.push(
      `search_path has ${facts.first_schema} before pg_catalog, and its functions in place of PostgreSQL's`,
    );
  }
  for (const [name, wanted] of Object.entries(HAS_TO_BE)) {
    const value = String(facts[name as keyof Facts]);
    // In DateStyle the order of day and month comes after a comma.
    if (value.split(',')[0] !== wanted) faults.push(`${name} is ${value} and has to be ${wanted}`);
  }
  return faults;
}
