import type { Pool } from 'pg';

/** How long what no decision needs is kept; see CreditsOptions. */
export interface KeptTimes {
  answersKeptHours?: number;
  eventsKeptDays?: number;
  endedHoldsKeptDays?: number;
}

interface Share {
  pool: Pool;
  schema: string;
  /** Rows at most. */
  most: number;
}

/**
 * What requests were answered under their idempotency keys; that a key was used, the ledger remembers for ever. A claim of
 * a request that still runs stays. Answers how many.
 */
export function forgetAnswers(share: Share, { answersKeptHours = 24 }: KeptTimes): Promise<number> {
  return deleteShare(share, {
    table: 'answers',
    where:
      'created_at < now() - make_interval(hours => $1) AND (status IS NOT NULL OR claimed_until <= now())',
    order: 'created_at',
    kept: answersKeptHours,
  });
}

/** Told or not: nobody wants to hear of a low balance a year later. Answers how many. */
export function forgetEvents(share: Share, { eventsKeptDays = 30 }: KeptTimes): Promise<number> {
  return deleteShare(share, {
    table: 'outbox',
    where: 'created_at < now() - make_interval(days => $1)',
    order: 'created_at, id',
    kept: eventsKeptDays,
  });
}

/** Holds that came to nothing. The ledger's own function does it: nobody else may. Answers how many. */
export async function forgetHolds(
  { pool, schema, most }: Share,
  { endedHoldsKeptDays = 90 }: KeptTimes,
): Promise<number> {
  if (endedHoldsKeptDays === 0) return 0;
  const { rows } = await pool.query<{ forgotten: number }>(
    `SELECT ${schema}.forget_holds(now() - make_interval(days => $1), $2) AS forgotten`,
    [endedHoldsKeptDays, most],
  );
  return rows[0]!.forgotten;
}

/** In the order of an index, and by ctid, so that no plan walks the table; several instances skip each other's rows. */
async function deleteShare(
  { pool, schema, most }: Share,
  { table, where, order, kept }: { table: string; where: string; order: string; kept: number },
): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM ${schema}.${table} WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM ${schema}.${table} WHERE ${where} ORDER BY ${order} LIMIT $2 FOR UPDATE SKIP LOCKED))`,
    [kept, most],
  );
  return rowCount ?? 0;
}
