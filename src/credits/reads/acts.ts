import type { Page } from '../credits.types.js';
import { InvalidCreditsInputError } from '../credits.errors.js';
import { requireInput } from '../input.js';
import { toCredits } from '../ledger/safe-integer.js';
import { capped, firstIdOf, type Query } from './days.js';

/** What somebody on duty did, all of one kind within an hour and for one reason together. */
export interface ActOfOperator {
  /** Of its first entry. */
  id: string;
  /** When its last one was made. */
  at: string;
  actor: string;
  kind: string;
  reason: string | null;
  /** Net. */
  credits: number;
  entries: number;
  /** The one it was about; null where there were several. */
  userId: string | null;
}

export const MOST_ACTS = 50;
const PROGRAM = ['system', 'signup', 'ledger', 'demo', 'stripe'];
const CURSOR = /^a(\d{1,17})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Whether nobody on duty did it, but the program itself. */
export function isProgram(actor: string): boolean {
  return PROGRAM.includes(actor);
}

export interface ActsFilter {
  /** 1 … 200, default 50 */
  limit?: number;
  cursor?: string;
}

/** An act, and where it stands among the others. */
export type PlacedAct = ActOfOperator & { micros: string };

/**
 * So many acts, the latest first, and one more where there are more. A cursor says where the last one of a page stands:
 * one that goes on meanwhile is on the first page again, and shifts nothing.
 *
 * @throws InvalidCreditsInputError
 */
export async function readActs(
  query: Query,
  { schema, since, ...filter }: ActsFilter & { schema: string; since: Date },
): Promise<PlacedAct[]> {
  const { limit, micros, id } = checkedActsFilter(filter);
  const rows = await query(
    `SELECT max(e.created_at) AS at, (extract(epoch FROM max(e.created_at)) * 1000000)::bigint AS micros,
            min(e.id::text) AS id, a.name AS actor, e.kind, r.reason, ${capped('sum(e.amount)')} AS credits,
            count(*) AS entries, CASE WHEN min(e.wallet) = max(e.wallet) THEN min(w.user_id) END AS user_id
       FROM ${schema}.ledger_entries e
       JOIN ${schema}.actors a ON a.number = e.actor AND a.name <> ALL ($3)
       JOIN ${schema}.wallets w ON w.number = e.wallet
       LEFT JOIN ${schema}.reasons r ON r.number = e.reason
      WHERE e.id >= $1 AND e.created_at >= $2 AND e.kind <> 'charge'
      GROUP BY a.name, e.kind, r.reason, date_trunc('hour', e.created_at, 'UTC')
     HAVING $4::bigint IS NULL
         OR (max(e.created_at), min(e.id::text)) < (timestamptz 'epoch' + $4 * interval '1 microsecond', $5)
      ORDER BY at DESC, id DESC LIMIT $6`,
    [firstIdOf(since), since, PROGRAM, micros, id, limit + 1],
  );
  return rows.map((row) => ({
    id: row['id'] as string,
    at: (row['at'] as Date).toISOString(),
    micros: String(row['micros']),
    actor: row['actor'] as string,
    kind: row['kind'] as string,
    reason: row['reason'] as string | null,
    credits: toCredits(row['credits']),
    entries: toCredits(row['entries']),
    userId: row['user_id'] as string | null,
  }));
}

/** One page out of what several ledgers answered, the acts of each for themselves. */
export function pageOfActs(parts: readonly PlacedAct[][], { limit = 50 }: ActsFilter): Page<ActOfOperator> {
  const acts = parts.flat().sort(latestFirst);
  const page = acts.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = acts.length > limit ? `a${last!.micros}.${last!.id}` : null;
  return { data: page.map(withoutPlace), nextCursor };
}

export function withoutPlace({ micros: _, ...act }: PlacedAct): ActOfOperator {
  return act;
}

function latestFirst(a: PlacedAct, b: PlacedAct): number {
  return Number(b.micros) - Number(a.micros) || (a.id < b.id ? 1 : -1);
}

function checkedActsFilter({ limit = 50, cursor }: ActsFilter) {
  requireInput({ limit }, { limit: 'limit' });
  const [, micros = null, id = null] = CURSOR.exec(cursor ?? '') ?? [];
  if (cursor !== undefined && micros === null)
    throw new InvalidCreditsInputError([{ path: 'cursor', message: 'must be a nextCursor of this list' }]);
  return { limit, micros, id };
}
