import type { Entry, GrantCategory, GrantState } from '../credits.types.js';
import type { ReadableLedger } from '../database/ledger-database.js';
import { toCredits } from '../ledger/safe-integer.js';
import { readGrantState } from './grant-state.js';
import { toHold, toTime, type HoldWithActor } from './statement-rows.js';

/** So many credits of a charge came from this grant. */
export interface Drawn {
  id: string;
  amount: number;
  category: GrantCategory;
  reason: string | null;
  expiresAt: string | null;
  createdAt: string;
}

/** All that the ledger knows about one of its lines. */
export interface Explanation {
  entry: Entry;
  /** What it was captured from. */
  hold: HoldWithActor | null;
  /** Which grants a charge burned, the first to burn first. */
  drawnFrom: Drawn[];
  /** What became of the credits that it gave; null for an entry that gave none. */
  grant: Omit<GrantState, 'entryId' | 'userId'> | null;
}

export async function readExplanation(ledger: ReadableLedger, entry: Entry): Promise<Explanation> {
  const { schema } = ledger;
  const [holds, drawn, state] = await Promise.all([
    ledger.query(`SELECT * FROM ${schema}.holds WHERE id = $1`, [entry.holdId]),
    ledger.query(`SELECT * FROM ${schema}.drawn_by($1)`, [entry.id]),
    readGrantState(ledger, entry.id),
  ]);
  return {
    entry,
    hold: holds[0] === undefined ? null : toHold(holds[0]),
    drawnFrom: drawn.map(toDrawn),
    grant: state === undefined ? null : withoutNames(state),
  };
}

function toDrawn(row: Record<string, unknown>): Drawn {
  return {
    id: row['id'] as string,
    amount: toCredits(row['amount']),
    category: row['category'] as GrantCategory,
    reason: row['reason'] as string | null,
    expiresAt: toTime(row['expires_at']),
    createdAt: toTime(row['created_at'])!,
  };
}

function withoutNames({ entryId: _, userId: __, ...state }: GrantState): Explanation['grant'] {
  return state;
}
