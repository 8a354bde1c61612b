import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';

/** The DataSource, or a caller's transaction. */
export type Database = Pick<EntityManager, 'query'>;

/** Rows of a SELECT, or of an INSERT that returns some. */
export function rowsOf<Row>(database: Database, sql: string, values: unknown[]): Promise<Row[]> {
  return database.query<Row[]>(sql, values);
}

/** PostgreSQL's clock, to the microsecond. It orders looks that several machines make. */
export async function databaseTime(database: Database): Promise<string> {
  const [row] = await rowsOf<{ now: string }>(database, 'SELECT clock_timestamp()::text AS now', []);
  return row!.now;
}

/** An idempotency key is kept as a hash, with whose it is. */
export function hashOfKey(userId: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([userId, key]))
    .digest('base64url');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether what a provider hands back can be an id of ours: what an index over ids is asked for is one, and no text. */
export function isId(value: string | null): value is string {
  return value !== null && UUID.test(value);
}
