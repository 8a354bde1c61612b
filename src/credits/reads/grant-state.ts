import type { GrantState } from '../credits.types.js';
import type { ReadableLedger } from '../database/ledger-database.js';
import { toCredits } from '../ledger/safe-integer.js';

/** What became of a grant; undefined for an entry that gave none. */
export async function readGrantState(
  ledger: ReadableLedger,
  entryId: string,
): Promise<GrantState | undefined> {
  const [row] = await ledger.query(`SELECT * FROM ${ledger.schema}.grant_state($1)`, [entryId]);
  if (row === undefined) return undefined;
  const columns = ['granted', 'remaining', 'held', 'lapsed', 'taken_back'];
  const amounts = columns.map((name) => toCredits(row[name]));
  const [granted, remaining, held, lapsed, takenBack] = amounts as [number, number, number, number, number];
  const spent = Math.max(0, granted - remaining - lapsed - takenBack);
  const userId = row['user_id'] as string;
  return { entryId, userId, granted, left: remaining - held, held, lapsed, takenBack, spent };
}
