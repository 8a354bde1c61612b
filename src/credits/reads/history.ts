import type { Entry, EntryKind, HistoryFilter, Page } from '../credits.types.js';
import { InvalidCreditsInputError } from '../credits.errors.js';
import { requireInput, timeOf } from '../input.js';
import type { ReadableLedger } from '../database/ledger-database.js';
import { toCredits } from '../ledger/safe-integer.js';

/** What of an entry `e` is shown. */
const columnsIn = (schema: string): string => `
  e.*, CASE e.kind WHEN 'charge' THEN
         COALESCE((SELECT r.refunded FROM ${schema}.refunds r WHERE r.entry_id = e.id), 0) END AS refunded,
  CASE WHEN e.kind IN ('grant', 'adjustment') AND e.grant_id IS NOT NULL THEN
         COALESCE((SELECT c.taken_back FROM ${schema}.clawbacks c WHERE c.entry_id = e.id), 0) END AS taken_back,
  ARRAY(SELECT x.id FROM ${schema}.ledger_entries x WHERE x.reverses = e.id ORDER BY x.version) AS reversed_by`;

/** So many entries a page looks through for those that fit its filter. */
export const MOST_SCANNED = 10_000;

/**
 * The kinds of which a wallet has few have an index. Charges have none: it would cost each of them a write, and
 * they are found by looking.
 */
const FROM_INDEX: Record<EntryKind, string> = {
  grant: `AND kind = 'grant'`,
  refund: `AND kind = 'refund'`,
  adjustment: `AND kind = 'adjustment'`,
  expiry: `AND kind = 'expiry'`,
  clawback: `AND kind = 'clawback'`,
  restore: `AND kind = 'restore'`,
  charge: '',
};

/**
 * One page by the primary key (wallet, version): as fast at any depth, and inserts shift nothing. A page looks
 * through a bounded number of entries, so one with a filter may be short, even empty, and have a next one.
 */
export async function readHistory(
  ledger: ReadableLedger,
  userId: string,
  filter: HistoryFilter,
): Promise<Page<Entry>> {
  const { schema } = ledger;
  const { limit, before, kind, action, from, to } = checkedFilter(filter);
  const isFiltered = [kind, action, from, to].some((value) => value !== undefined);
  const range = [userId, before, ...(await versionsBetween(ledger, userId, from, to))];
  const scanned = `${schema}.ledger_entries
                   WHERE wallet = (SELECT number FROM ${schema}.wallets WHERE user_id = $1)
                     AND version < LEAST($2::bigint, $4) AND version >= $3
                   ${kind === undefined ? '' : FROM_INDEX[kind]} ORDER BY version DESC`;
  const rows = await ledger.query(
    `SELECT ${columnsIn(schema)}
       FROM (SELECT s.id
               FROM (SELECT * FROM ${scanned} LIMIT ${MOST_SCANNED}) s
              WHERE ($5::text IS NULL OR s.kind = $5) AND ($6::text IS NULL OR s.action = $6)
                AND ($7::timestamptz IS NULL OR s.created_at >= $7) AND ($8::timestamptz IS NULL OR s.created_at < $8)
              ORDER BY s.version DESC LIMIT $9) page
       JOIN ${schema}.entries e ON e.id = page.id
      ORDER BY e.version DESC`,
    [...range, kind, action, toTime(from), toTime(to), limit + 1],
  );
  const data = rows.slice(0, limit).map(toEntry);
  if (rows.length > limit) return { data, nextCursor: `v${data.at(-1)!.version}` };
  if (!isFiltered) return { data, nextCursor: null };
  const [last] = await ledger.query(
    `SELECT version FROM ${scanned} OFFSET ${MOST_SCANNED - 1} LIMIT 1`,
    range,
  );
  return { data, nextCursor: last === undefined ? null : `v${toCredits(last['version'])}` };
}

/**
 * The versions, from one to below another, among which all entries of a span of time are; a clock that was set back
 * by less than a minute hides none of them.
 */
async function versionsBetween(
  ledger: ReadableLedger,
  userId: string,
  from: string | undefined,
  to: string | undefined,
): Promise<[number, number]> {
  if (from === undefined && to === undefined) return [0, Number.MAX_SAFE_INTEGER];
  const [row] = await ledger.query(
    `SELECT CASE WHEN $2::timestamptz IS NULL THEN 0
                 ELSE ${ledger.schema}.version_at($1, $2::timestamptz - interval '1 minute') END AS first,
            CASE WHEN $3::timestamptz IS NULL THEN ${Number.MAX_SAFE_INTEGER}
                 ELSE ${ledger.schema}.version_at($1, $3::timestamptz + interval '1 minute') END AS end`,
    [userId, toTime(from), toTime(to)],
  );
  return [toCredits(row!['first']), toCredits(row!['end'])];
}

/** The newest entries after a version, at most so many. */
export async function readEntriesSince(
  ledger: ReadableLedger,
  { userId, version, most }: { userId: string; version: number; most: number },
): Promise<Entry[]> {
  const rows = await ledger.query(
    `SELECT ${columnsIn(ledger.schema)} FROM ${ledger.schema}.entries e
      WHERE e.user_id = $1 AND e.version > $2 ORDER BY e.version DESC LIMIT $3`,
    [userId, version, most],
  );
  return rows.map(toEntry);
}

/** One entry and whose it is; undefined when there is none. */
export async function readEntry(
  ledger: ReadableLedger,
  entryId: string,
): Promise<(Entry & { userId: string }) | undefined> {
  const [row] = await ledger.query(
    `SELECT ${columnsIn(ledger.schema)} FROM ${ledger.schema}.entries e WHERE e.id = $1`,
    [entryId],
  );
  return row && { userId: row['user_id'] as string, ...toEntry(row) };
}

/** @throws InvalidCreditsInputError */
export function checkedFilter({ limit = 50, cursor, kind, action, from, to }: HistoryFilter) {
  requireInput(
    { limit, kind, action, from, to },
    { limit: 'limit', kind: 'kind?', action: 'action?', from: 'time?', to: 'time?' },
  );
  return { limit, before: versionOf(cursor), kind, action, from, to };
}

function toTime(value: string | undefined): string | undefined {
  return value === undefined ? undefined : new Date(timeOf(value)).toISOString();
}

/** @throws InvalidCreditsInputError */
export function versionOf(cursor: string | undefined): number {
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
    owedAfter: row['owed_after'] === null ? null : toCredits(row['owed_after']),
    action: row['action'] as string | null,
    reason: row['reason'] as string | null,
    actor: row['actor'] as string | null,
    description: row['description'] as string | null,
    holdId: row['hold_id'] as string | null,
    reverses: row['reverses'] as string | null,
    priceVersion: row['price_version'] as string | null,
    createdAt: new Date(row['created_at'] as Date).toISOString(),
    refunded: row['refunded'] === null ? null : toCredits(row['refunded']),
    takenBack: row['taken_back'] === null ? null : toCredits(row['taken_back']),
    reversedBy: row['reversed_by'] as string[],
  };
}
