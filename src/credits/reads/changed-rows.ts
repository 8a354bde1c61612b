import type { ReadableLedger } from '../database/ledger-database.js';
import type { Entry } from '../credits.types.js';
import { readEntriesSince } from './history.js';
import { toGrant, toHold, type GrantStatement, type HoldWithActor } from './statement-rows.js';

export interface ChangedRows {
  /** Newest first. */
  entries: Entry[];
  /** All running holds, and those that ended in the meantime without a charge. */
  holds: HoldWithActor[];
  /** All grants with credits left, in burn order. */
  grants: GrantStatement[];
}

/** If more changed, a client is faster to read its lists again. */
const MOST_ROWS = 50;

/**
 * The rows that changed after a version of a wallet, for a client that has its lists up to there; undefined if they are too
 * many. It may return more rows than changed, but never fewer.
 */
export async function readChangedRows(
  ledger: ReadableLedger,
  userId: string,
  version: number,
): Promise<ChangedRows | undefined> {
  const { schema } = ledger;
  const [entries, holds, grants] = await Promise.all([
    readEntriesSince(ledger, { userId, version, most: MOST_ROWS + 1 }),
    ledger.query(
      `SELECT h.* FROM ${schema}.latest_holds($1, '{held,released,expired}', ${MOST_ROWS + 1}) h
        WHERE h.state = 'held' OR h.resolved_version > $2 ORDER BY h.created_version DESC`,
      [userId, version],
    ),
    ledger.query(
      `SELECT id, amount, remaining, category, priority, reason, expires_at, created_at
         FROM ${schema}.grants WHERE user_id = $1 AND remaining > 0 ORDER BY burn_order LIMIT ${MOST_ROWS + 1}`,
      [userId],
    ),
  ]);
  if ([entries, holds, grants].some((rows) => rows.length > MOST_ROWS)) return undefined;
  return { entries, holds: holds.map(toHold), grants: grants.map(toGrant) };
}
