import type { Group } from '../groups.js';
import type { LedgerConnection } from '../ledger-connection.js';

/**
 * Rows `(due_at, user_id)` of one ledger that are due, after a place `($1, $2)` among them. `(SELECT clock_timestamp())`
 * bounds what is read of an index; without the query it is a filter behind it, and everything that is due some day is read.
 */
export type DueIn = (schema: string) => string;

/** Holds that nobody kept alive. OFFSET 0: each wallet by its number, never by a walk of them all. */
export const OVERDUE_HOLDS: DueIn = (schema) => `
  SELECT h.expires_at AS due_at, w.user_id
    FROM ${schema}.running_holds h
   CROSS JOIN LATERAL (SELECT x.user_id FROM ${schema}.wallets x WHERE x.number = h.wallet OFFSET 0) w
   WHERE h.expires_at <= (SELECT clock_timestamp()) AND (h.expires_at, w.user_id) > ($1::timestamptz, $2)
   ORDER BY h.expires_at, w.user_id`;

/** Wallets with a grant that expired or a refill that is due. */
export const DUE_WALLETS: DueIn = (schema) => `
  SELECT due_at, user_id FROM ${schema}.wallets
   WHERE due_at <= (SELECT clock_timestamp()) AND (due_at, user_id) > ($1::timestamptz, $2)
   ORDER BY due_at, user_id`;

/**
 * The users to whom something is due in these groups of one server, a page of rows at a time. The place moves on over
 * wallets that stay due because a hold protects their expired credits, so those cannot keep others waiting.
 */
export async function* duePages(
  { pool }: LedgerConnection,
  groups: readonly Group[],
  dueIn: DueIn,
  pageSize: number,
): AsyncGenerator<string[]> {
  const pages = groups.map(({ database }) => `(${dueIn(database.schema)} LIMIT ${pageSize})`);
  const sql = `SELECT due_at::text, user_id FROM (${pages.join(' UNION ALL ')}) due
                ORDER BY due.due_at, user_id LIMIT ${pageSize}`;
  let after = { due_at: '-infinity', user_id: '' };
  for (;;) {
    const { rows } = await pool.query<typeof after>(sql, [after.due_at, after.user_id]);
    if (rows.length > 0) yield rows.map(({ user_id }) => user_id);
    if (rows.length < pageSize) return;
    after = rows.at(-1)!;
  }
}
