const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds from a failed attempt to the next one, as Standard Webhooks has them: three days and a few hours in all. */
const DELAYS = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

export const MAX_ATTEMPTS = DELAYS.length + 1;
const LONGEST_DELAY = 24 * HOUR;
/** Spreads out events that failed together. */
const JITTER = 0.1;

/** Seconds until the next attempt, by the number of those that failed; null: it was the last one. */
export function delayAfter(attempts: number, retryAfterSeconds = 0): number | null {
  const delay = DELAYS[attempts - 1];
  if (delay === undefined) return null;
  return Math.max(delay * (1 + Math.random() * JITTER), Math.min(retryAfterSeconds, LONGEST_DELAY));
}
