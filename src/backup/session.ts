import type { ClientBase } from 'pg';
import { NO_TIME_LIMITS } from '../credits/plumbing.js';

/** Settings for writing values and names as text, whatever the server's defaults. */
const PLAIN_TEXT_SQL = `
  SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC';
  SET LOCAL extra_float_digits = 1; SET LOCAL row_security = off; SET LOCAL quote_all_identifiers = off`;

/** Runs long work in one transaction; an error rolls all of it back. */
export async function inTransaction<T>(
  client: ClientBase,
  begin: string,
  work: () => Promise<T>,
): Promise<T> {
  await client.query(begin);
  try {
    await client.query(NO_TIME_LIMITS);
    await client.query(PLAIN_TEXT_SQL);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** The client, for callers that only ask for rows. */
export function rowsOf(client: ClientBase): <T>(sql: string, values: unknown[]) => Promise<T[]> {
  return async <T>(sql: string, values: unknown[]) => (await client.query(sql, values)).rows as T[];
}
