import type { Entry, HistoryFilter, Page } from './credits.types.js';
import { InvalidCreditsInputError } from './credits.errors.js';
import { requireInput, timeOf } from './input.js';
import { toCredits } from './ledger/operation.js';
import type { Query } from './readings.js';

/** What of an entry `e` is shown. */
const COLUMNS = `
  e.*, CASE e.kind WHEN 'charge' THEN
         COALESCE((SELECT r.refunded FROM credits.refunds r WHERE r.entry_id = e.id), 0) END AS refunded,
  ARRAY(SELECT x.id FROM credits.entries x WHERE x.reverses = e.id ORDER BY x.version) AS reversed_by`;

/** One page by the primary key (user_id, version): as fast at any depth, and inserts shift nothing. */
export async function readHistory(query: Query, userId: string, filter: HistoryFilter): Promise<Page<Entry>> {
  const { limit = 50, cursor, kind, action, from, to } = filter;
  requireInput({
    limit: [limit, 'limit'],
    kind: [kind, 'kind?'],
    action: [action, 'action?'],
    from: [from, 'time?'],
    to: [to, 'time?'],
  });
  const rows = await query(
    `SELECT ${COLUMNS} FROM credits.entries e
      WHERE e.user_id = $1 AND e.version < $2
        AND ($3::text IS NULL OR e.kind = $3) AND ($4::text IS NULL OR e.action = $4)
        AND ($5::timestamptz IS NULL OR e.created_at >= $5) AND ($6::timestamptz IS NULL OR e.created_at < $6)
      ORDER BY e.version DESC LIMIT $7`,
    [userId, versionOf(cursor), kind, action, toTime(from), toTime(to), limit + 1],
  );
  const page = rows.slice(0, limit).map(toEntry);
  const nextCursor = rows.length > limit ? `v${page.at(-1)!.version}` : null;
  return { data: page, nextCursor };
}

/** One entry and whose it is; undefined when there is none. */
export async function readEntry(
  query: Query,
  entryId: string,
): Promise<(Entry & { userId: string }) | undefined> {
  const [row] = await query(`SELECT ${COLUMNS} FROM credits.entries e WHERE e.id = $1`, [entryId]);
  return row && { userId: row['user_id'] as string, ...toEntry(row) };
}

function toTime(value: string | undefined): string | undefined {
  return value === undefined ? undefined : new Date(timeOf(value)).toISOString();
}

function versionOf(cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER;
  const version = /^v(\d{1,16})$/.exec(cursor)?.[1];
  if (version === undefined || !Number.isSafeInteger(Number(version))) {
    throw new InvalidCreditsInputError([{ path: 'cursor', message: 'must be a nextCursor of this list' }]);
  }
  return Number(version);
}

function toEntry(row: Record<string, unknown>): Entry {
  return {
    id: row['id'] as string,
    version: toCredits(row['version']),
    kind: row['kind'] as Entry['kind'],
    amount: toCredits(row['amount']),
    balanceAfter: toCredits(row['balance_after']),
    action: row['action'] as string | null,
    reason: row['reason'] as string | null,
    actor: row['actor'] as string | null,
    holdId: row['hold_id'] as string | null,
    reverses: row['reverses'] as string | null,
    priceVersion: row['price_version'] as string | null,
    createdAt: new Date(row['created_at'] as Date).toISOString(),
    refunded: row['refunded'] === null ? null : toCredits(row['refunded']),
    reversedBy: row['reversed_by'] as string[],
  };
}
