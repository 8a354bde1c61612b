import { toCredits } from '../ledger/safe-integer.js';

/** What entries of one day came to, each as a number of credits that is not negative, but for adjustments. */
export interface DayOfBooks {
  /** In the time zone that was asked for. */
  day: string;
  granted: number;
  charged: number;
  refunded: number;
  expired: number;
  /** Net: an operator gives and takes. */
  adjusted: number;
  /** Net of what was given again. */
  takenBack: number;
}

/** What somebody on duty did, all of one kind within an hour and for one reason together. */
export interface ActOfOperator {
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

export interface Overview {
  wallets: number;
  /** Nothing is available in so many of them. */
  atZero: number;
  /** What all of them have together: what is owed to customers. */
  outstanding: number;
  held: number;
  /** What customers owe. */
  owed: number;
  /** Each of them, in order. */
  days: DayOfBooks[];
  /** The latest first. */
  acts: ActOfOperator[];
}

export interface OverviewOptions {
  schema: string;
  days: number;
  timeZone: string;
}

type Query = (sql: string, values: unknown[]) => Promise<Record<string, unknown>[]>;

export const MOST_ACTS = 50;
/** Whoever acts by these names is the program. */
const PROGRAM = ['system', 'signup', 'ledger', 'demo', 'stripe'];
const DAY_MS = 86_400_000;
/** A charge goes by the id of its hold, which is as much older as its work was long. */
const LONGEST_WORK_DAYS = 2;
/** No sum is wrong because it is too large to be a number here; it stops there. */
const capped = (sum: string): string =>
  `GREATEST(LEAST(${sum}, ${Number.MAX_SAFE_INTEGER}), -${Number.MAX_SAFE_INTEGER})`;

/**
 * All books in figures. No index has the time of an entry, for that would cost every charge a write: ids begin with it,
 * so the days asked for are one range of the index over ids.
 */
export async function readOverview(query: Query, options: OverviewOptions): Promise<Overview> {
  const { schema } = options;
  const [totals] = await query(
    `SELECT count(*) AS wallets, count(*) FILTER (WHERE balance = held) AS at_zero,
            ${capped('COALESCE(sum(balance), 0)')} AS outstanding, ${capped('COALESCE(sum(held), 0)')} AS held,
            ${capped('COALESCE(sum(owed), 0)')} AS owed FROM ${schema}.wallets`,
    [],
  );
  const [from] = await query(
    `SELECT date_trunc('day', now() AT TIME ZONE $1) AT TIME ZONE $1 - make_interval(days => $2) AS time`,
    [options.timeZone, options.days - 1],
  );
  const since = from!['time'] as Date;
  return {
    wallets: toCredits(totals!['wallets']),
    atZero: toCredits(totals!['at_zero']),
    outstanding: toCredits(totals!['outstanding']),
    held: toCredits(totals!['held']),
    owed: toCredits(totals!['owed']),
    days: await readDays(query, since, options),
    acts: await readActs(query, since, options),
  };
}

async function readDays(
  query: Query,
  since: Date,
  { schema, timeZone }: OverviewOptions,
): Promise<DayOfBooks[]> {
  const sum = (...kinds: string[]) =>
    capped(`COALESCE(sum(amount) FILTER (WHERE kind IN (${kinds.map((kind) => `'${kind}'`).join()})), 0)`);
  const rows = await query(
    `SELECT to_char(d.day, 'YYYY-MM-DD') AS day, ${sum('grant')} AS granted,
            -${sum('charge')} AS charged, ${sum('refund')} AS refunded, -${sum('expiry')} AS expired,
            ${sum('adjustment')} AS adjusted, -${sum('clawback', 'restore')} AS taken_back
       FROM generate_series(date_trunc('day', $2::timestamptz AT TIME ZONE $3),
                            now() AT TIME ZONE $3, interval '1 day') d (day)
       LEFT JOIN (SELECT date_trunc('day', created_at AT TIME ZONE $3) AS day, kind, sum(amount) AS amount
                    FROM ${schema}.ledger_entries WHERE id >= $1 AND created_at >= $2 GROUP BY 1, 2) e ON e.day = d.day
      GROUP BY d.day ORDER BY d.day`,
    [firstIdOf(since), since, timeZone],
  );
  return rows.map((row) => ({
    day: row['day'] as string,
    granted: toCredits(row['granted']),
    charged: toCredits(row['charged']),
    refunded: toCredits(row['refunded']),
    expired: toCredits(row['expired']),
    adjusted: toCredits(row['adjusted']),
    takenBack: toCredits(row['taken_back']),
  }));
}

async function readActs(query: Query, since: Date, { schema }: OverviewOptions): Promise<ActOfOperator[]> {
  const rows = await query(
    `SELECT max(e.created_at) AS at, a.name AS actor, e.kind, r.reason, ${capped('sum(e.amount)')} AS credits,
            count(*) AS entries, CASE WHEN min(e.wallet) = max(e.wallet) THEN min(w.user_id) END AS user_id
       FROM ${schema}.ledger_entries e
       JOIN ${schema}.actors a ON a.number = e.actor AND a.name <> ALL ($3)
       JOIN ${schema}.wallets w ON w.number = e.wallet
       LEFT JOIN ${schema}.reasons r ON r.number = e.reason
      WHERE e.id >= $1 AND e.created_at >= $2 AND e.kind <> 'charge'
      GROUP BY a.name, e.kind, r.reason, date_trunc('hour', e.created_at)
      ORDER BY 1 DESC LIMIT ${MOST_ACTS}`,
    [firstIdOf(since), since, PROGRAM],
  );
  return rows.map((row) => ({
    at: (row['at'] as Date).toISOString(),
    actor: row['actor'] as string,
    kind: row['kind'] as string,
    reason: row['reason'] as string | null,
    credits: toCredits(row['credits']),
    entries: toCredits(row['entries']),
    userId: row['user_id'] as string | null,
  }));
}

/** No entry since then has a lesser id. */
function firstIdOf(since: Date): string {
  const time = Math.max(0, since.getTime() - LONGEST_WORK_DAYS * DAY_MS);
  return `${time.toString(16).padStart(12, '0')}${'0'.repeat(20)}`;
}
