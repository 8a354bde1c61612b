/** On a patient connection: a read over many entries takes more than a request's time limit. */
export type Query = (sql: string, values: unknown[]) => Promise<Record<string, unknown>[]>;

const DAY_MS = 86_400_000;
/** A charge goes by the id of its hold, which is as much older as its work was long. */
const LONGEST_WORK_DAYS = 2;

/** No sum is wrong because it is too large to be a number here; it stops there. */
export const capped = (sum: string): string =>
  `GREATEST(LEAST(${sum}, ${Number.MAX_SAFE_INTEGER}), -${Number.MAX_SAFE_INTEGER})`;

/** When the first of so many days began, today being the last, each as a time zone has it. */
export async function firstOf(query: Query, days: number, timeZone: string): Promise<Date> {
  const [row] = await query(
    `SELECT date_trunc('day', now() AT TIME ZONE $1) AT TIME ZONE $1 - make_interval(days => $2) AS time`,
    [timeZone, days - 1],
  );
  return row!['time'] as Date;
}

/**
 * No entry since then has a lesser id. No index has the time of an entry, for that would cost every charge a write: ids begin
 * with it, so the days asked for are one range of the index over ids.
 */
export function firstIdOf(since: Date): string {
  const time = Math.max(0, since.getTime() - LONGEST_WORK_DAYS * DAY_MS);
  return `${time.toString(16).padStart(12, '0')}${'0'.repeat(20)}`;
}
