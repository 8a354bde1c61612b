import type { Entry, GrantCategory, GrantState } from '../credits.types.js';
import type { ReadableLedger } from '../database/ledger-database.js';
import { toCredits } from '../ledger/safe-integer.js';
import { readGrantState } from './grant-state.js';
import { toHold, toTime, type HoldWithActor } from './statement-rows.js';

/** A grant that a charge drew on. */
export interface Drawn {
  /** The id of the grant. */
  id: string;
  /** How many credits of the charge came from it. */
  amount: number;
  category: GrantCategory;
  reason: string | null;
  expiresAt: string | null;
  createdAt: string;
}

/** All that the ledger knows about one entry. */
export interface Explanation {
  entry: Entry;
  /** The hold that a charge captured; null if there was none. */
  hold: HoldWithActor | null;
  /** The grants that a charge drew on, in burn order. */
  drawnFrom: Drawn[];
  /** What became of the credits that the entry gave; null if it gave none. */
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
