import { toCredits } from '../ledger/safe-integer.js';
import { MOST_ACTS, readActs, withoutPlace, type ActOfOperator } from './acts.js';
import { capped, firstIdOf, firstOf, type Query } from './days.js';

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

/** All books in figures. */
export async function readOverview(query: Query, options: OverviewOptions): Promise<Overview> {
  const { schema } = options;
  const [totals] = await query(
    `SELECT count(*) AS wallets, count(*) FILTER (WHERE balance = held) AS at_zero,
            ${capped('COALESCE(sum(balance), 0)')} AS outstanding, ${capped('COALESCE(sum(held), 0)')} AS held,
            ${capped('COALESCE(sum(owed), 0)')} AS owed FROM ${schema}.wallets`,
    [],
  );
  const since = await firstOf(query, options.days, options.timeZone);
  const acts = await readActs(query, { schema, since, limit: MOST_ACTS });
  return {
    wallets: toCredits(totals!['wallets']),
    atZero: toCredits(totals!['at_zero']),
    outstanding: toCredits(totals!['outstanding']),
    held: toCredits(totals!['held']),
    owed: toCredits(totals!['owed']),
    days: await readDays(query, since, options),
    acts: acts.slice(0, MOST_ACTS).map(withoutPlace),
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
