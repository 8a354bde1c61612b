import type { ReadableLedger } from '../database/ledger-database.js';

/** Whose an id of the ledger is. */
export interface Owned {
  kind: 'entry' | 'hold' | 'grant';
  userId: string;
  /** The line about it; null while a hold runs, and for one that came to nothing. */
  entryId: string | null;
}

/** A charge goes by the id of its hold: it is found as what it became. */
export async function readOwnerOf(ledger: ReadableLedger, id: string): Promise<Owned | undefined> {
  const { schema } = ledger;
  const [row] = await ledger.query<{ kind: Owned['kind']; user_id: string; entry_id: string | null }>(
    `SELECT o.kind, w.user_id, o.entry_id
       FROM (SELECT 'entry' AS kind, wallet, id AS entry_id FROM ${schema}.ledger_entries WHERE id = $1
              UNION ALL SELECT 'hold', wallet, id FROM ${schema}.ledger_entries WHERE hold_id = $1
              UNION ALL SELECT 'hold', wallet, NULL FROM ${schema}.running_holds WHERE id = $1
              UNION ALL SELECT 'hold', wallet, NULL FROM ${schema}.ended_holds WHERE id = $1
              UNION ALL SELECT 'grant', g.wallet, e.id FROM ${schema}.grant_terms g
                LEFT JOIN ${schema}.ledger_entries e ON e.wallet = g.wallet AND e.version = g.version
               WHERE g.id = $1) o
       JOIN ${schema}.wallets w ON w.number = o.wallet LIMIT 1`,
    [id],
  );
  return row && { kind: row.kind, userId: row.user_id, entryId: row.entry_id };
}
