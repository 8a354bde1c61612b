import { useEffect, useRef, useState } from 'preact/hooks';

const SHORTEST_GAP_MS = 1_000;
const LONGEST_GAP_MS = 10_000;

/**
 * A value that lists are read again for, at the pace of somebody who reads them: at once after a pause, ever more
 * seldom while it keeps changing, and not at all while nobody looks. Two hundred charges in a minute are a dozen reads.
 */
export function usePaced<T>(value: T): T {
  const [shown, show] = useState(value);
  const pace = useRef(new Pace()).current;
  const latest = useRef(value);
  latest.current = value;
  useEffect(() => () => pace.stop(), []);
  useEffect(() => {
    if (!Object.is(value, shown)) pace.soon(() => show(latest.current));
  }, [value, shown]);
  return shown;
}

class Pace {
  #gapMs = SHORTEST_GAP_MS;
  #lastAt = -Infinity;
  #isWaiting = false;
  readonly #over = new AbortController();

  stop(): void {
    this.#over.abort();
  }

  /** One at a time: whatever comes while it waits is in what it then finds. */
  soon(act: () => void): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    // A millisecond more: timers may come a little early.
    const waitMs = Math.max(0, this.#lastAt + this.#gapMs + 1 - performance.now());
    const { signal } = this.#over;
    setTimeout(() => whenSeen(() => this.#pass(act), signal), waitMs);
  }

  #pass(act: () => void): void {
    const now = performance.now();
    const isCalm = now > this.#lastAt + 2 * this.#gapMs;
    this.#gapMs = isCalm ? SHORTEST_GAP_MS : Math.min(LONGEST_GAP_MS, 2 * this.#gapMs);
    this.#lastAt = now;
    this.#isWaiting = false;
    act();
  }
}

function whenSeen(act: () => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  if (!document.hidden) return act();
  document.addEventListener('visibilitychange', () => whenSeen(act, signal), { once: true, signal });
}
