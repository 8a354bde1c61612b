import type { HoldState, Page } from '../credits.types.js';
import type { ReadableLedger } from '../database/ledger-database.js';
import { requireInput } from '../input.js';
import { toCredits } from '../ledger/safe-integer.js';
import { MOST_SCANNED, versionOf } from './history.js';
import { toHold, type HoldWithActor } from './statement-rows.js';

export const HOLD_STATES: readonly HoldState[] = ['held', 'captured', 'released', 'expired'];

export interface HoldsFilter {
  states?: readonly HoldState[];
  /** 1 to 200 holds; default 200. */
  limit?: number;
  /** The `nextCursor` of the page before. */
  cursor?: string;
}

/**
 * One page, newest first, by positions that the indexes have, so inserts do not shift it. Captured holds are found among a
 * bounded number of entries, so a page with them may be short, even empty, and still have a next page.
 */
export async function readHolds(
  ledger: ReadableLedger,
  userId: string,
  filter: HoldsFilter,
): Promise<Page<HoldWithActor>> {
  const { schema } = ledger;
  const { states, limit, before } = checkedHoldsFilter(filter);
  const rows = await ledger.query(
    `SELECT h.*, CASE h.state WHEN 'captured' THEN h.resolved_version ELSE h.created_version END AS place
       FROM ${schema}.holds_before($1, $2, $3, $4) h ORDER BY place DESC LIMIT $4`,
    [userId, states, before, limit + 1],
  );
  const seenDownTo = states.includes('captured') ? await lastScanned(ledger, userId, before) : 0;
  const seen = rows.slice(0, limit).filter((row) => toCredits(row['place']) >= seenDownTo);
  const data = seen.map(toHold);
  if (seen.length === limit && rows.length > limit)
    return { data, nextCursor: `v${toCredits(seen.at(-1)!['place'])}` };
  return { data, nextCursor: seenDownTo === 0 ? null : `v${seenDownTo}` };
}

/** The version of the last entry that is looked at below a place; 0 where all of them are. */
async function lastScanned(ledger: ReadableLedger, userId: string, before: number): Promise<number> {
  const { schema } = ledger;
  const [row] = await ledger.query(
    `SELECT version FROM ${schema}.ledger_entries
      WHERE wallet = (SELECT number FROM ${schema}.wallets WHERE user_id = $1) AND version < $2
      ORDER BY version DESC OFFSET ${MOST_SCANNED - 1} LIMIT 1`,
    [userId, before],
  );
  return row === undefined ? 0 : toCredits(row['version']);
}

/** @throws InvalidCreditsInputError */
export function checkedHoldsFilter({ states = HOLD_STATES, limit = 200, cursor }: HoldsFilter) {
  requireInput({ limit }, { limit: 'limit' });
  return { states, limit, before: versionOf(cursor) };
}
