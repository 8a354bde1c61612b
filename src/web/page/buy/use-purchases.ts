import { useEffect, useState } from 'preact/hooks';
import type { Page, Purchase } from '../api/types.js';
import { useAnswer, type Loadable } from '../api/use-answer.js';

const FIRST_PAUSE_MS = 1_500;
const LONGEST_PAUSE_MS = 15_000;

/** What was bought; asked again, ever more seldom, while a payment is under way. Each asking looks at the provider. */
export function usePurchases(freshness: unknown): Loadable<Purchase[]> {
  const [looks, setLooks] = useState(0);
  const answer = useAnswer<Page<Purchase>>('/api/credits/purchases', `${String(freshness)} ${looks}`);
  const list = answer.data?.data ?? null;
  const isUnderWay = list?.some(({ state }) => state === 'open') === true;
  useEffect(() => {
    if (!isUnderWay) return;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.3 ** looks);
    const timer = setTimeout(() => setLooks((count) => count + 1), pause);
    return () => clearTimeout(timer);
  }, [answer.data, isUnderWay]);
  return { ...answer, data: list };
}
