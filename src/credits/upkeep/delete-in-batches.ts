import type { Pool } from 'pg';

const BATCH_SIZE = 500;

/**
 * Delete the rows that fit, in the order of an index; answers how many. In batches: no statement is long, and several
 * instances that do this at once skip each other's rows. By ctid, so that no plan walks the table.
 */
export async function deleteInBatches(
  pool: Pool,
  { table, where, order }: { table: string; where: string; order: string },
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { rowCount } = await pool.query(
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED))`,
    );
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH_SIZE) return deleted;
  }
}
