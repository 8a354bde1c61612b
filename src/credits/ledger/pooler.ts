import type { PoolConfig } from 'pg';
import { clientOf } from './client-of.js';

const PROBE_MS = 987;
const REFUSES = /^unsupported startup parameter/;

/** What becomes of the settings that a connection begins with. */
export type SettingsFate = 'heard' | 'ignored' | 'refused';

/**
 * Whether the settings that a connection begins with reach the server. Poolers refuse them or, told so, ignore them; then
 * one server connection also serves many clients in turns, so nothing that belongs to a session holds: no time limit set
 * once, no prepared statement, no LISTEN.
 *
 * @throws Error when there is no connection to be had
 */
export async function fateOfSettings(connection: PoolConfig): Promise<SettingsFate> {
  const { password } = connection;
  // node-postgres hides the password from enumeration.
  const client = clientOf({ ...connection, password, lock_timeout: PROBE_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ value: string }>(`SELECT current_setting('lock_timeout') AS value`);
    return rows[0]!.value === `${PROBE_MS}ms` ? 'heard' : 'ignored';
  } catch (error) {
    if (REFUSES.test((error as Error).message)) return 'refused';
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
