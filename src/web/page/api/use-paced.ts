import { useEffect, useRef, useState } from 'preact/hooks';

const SHORTEST_GAP_MS = 1_000;
const LONGEST_GAP_MS = 10_000;

/**
 * A value that lists are read again for, at the pace of somebody who reads them: at once after a pause, ever more
 * seldom while it keeps changing, and not at all while nobody looks. Two hundred charges in a minute are a dozen reads.
 */
export function usePaced<T>(value: T): T {
  const [shown, show] = useState(value);
  const pace = useRef({ gapMs: SHORTEST_GAP_MS, lastAt: -Infinity });
  useEffect(() => {
    if (Object.is(value, shown)) return;
    const { gapMs, lastAt } = pace.current;
    const pass = () => {
      const now = performance.now();
      if (document.hidden || now < lastAt + gapMs) return;
      const isCalm = now > lastAt + 2 * gapMs;
      pace.current = { gapMs: isCalm ? SHORTEST_GAP_MS : Math.min(LONGEST_GAP_MS, 2 * gapMs), lastAt: now };
      show(value);
    };
    // A millisecond more: timers may come a little early.
    const timer = setTimeout(pass, Math.max(0, lastAt + gapMs + 1 - performance.now()));
    document.addEventListener('visibilitychange', pass);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', pass);
    };
  }, [value, shown]);
  return shown;
}
