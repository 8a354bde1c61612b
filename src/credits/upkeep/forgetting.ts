import type { Pool } from 'pg';

/** How long what no decision needs is kept; see CreditsOptions. */
export interface KeptTimes {
  answersKeptHours?: number;
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
 * a request that still runs stays. By the index over created_at, and by ctid, so that no plan walks the table; several
 * instances that do this at once skip each other's rows. Answers how many.
 */
export async function forgetAnswers(
  { pool, schema, most }: Share,
  { answersKeptHours = 24 }: KeptTimes,
): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM ${schema}.answers WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM ${schema}.answers
        WHERE created_at < now() - make_interval(hours => $1)
          AND (status IS NOT NULL OR claimed_until <= now())
        ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
    [answersKeptHours, most],
  );
  return rowCount ?? 0;
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
