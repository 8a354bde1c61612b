import { Refusal, Unreachable } from './problem.js';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

/** Null: asking again would not help. */
export function pauseAfter(trouble: Error, failures: number): number | null {
  const backOff = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
  if (trouble instanceof Unreachable) return backOff;
  if (!(trouble instanceof Refusal) || !trouble.isUnsure) return null;
  return Math.max(backOff, (trouble.retryAfterSeconds ?? 0) * 1_000);
}

/** After a pause, or as soon as the network is back. */
export function later(act: () => void, ms: number, signal: AbortSignal): void {
  const over = new AbortController();
  const go = () => {
    clearTimeout(timer);
    over.abort();
    if (!signal.aborted) act();
  };
  const timer = setTimeout(go, ms);
  addEventListener('online', go, { signal: AbortSignal.any([signal, over.signal]) });
  signal.addEventListener('abort', () => clearTimeout(timer));
}
