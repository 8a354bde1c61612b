import type { Pool } from 'pg';

const BATCH_SIZE = 500;

/**
 * Delete the answers that were recorded more than 24 hours ago; answers how many. A claim of a request that still
 * runs stays. In batches by the index over created_at: no statement is long, and several instances that do this at
 * once skip each other's rows. By ctid, so that no plan walks the table.
 */
export async function deleteOldAnswers(pool: Pool, schema: string): Promise<number> {
  const answers = `${schema}.answers`;
  let deleted = 0;
  for (;;) {
    const { rowCount } = await pool.query(
      `DELETE FROM ${answers} WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM ${answers}
          WHERE created_at < now() - interval '24 hours'
            AND (status IS NOT NULL OR claimed_until <= now())
          ORDER BY created_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED))`,
    );
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH_SIZE) return deleted;
  }
}
