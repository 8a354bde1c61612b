const RFC_3339 =
  /^((?!0000)\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** A time in the form of RFC 3339, on a day that the calendar has: JavaScript takes 30 February for 2 March. */
export function isRfc3339(value: unknown): value is string {
  const day = typeof value === 'string' ? RFC_3339.exec(value)?.[1] : undefined;
  if (day === undefined) return false;
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
