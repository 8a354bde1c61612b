import { useEffect, useState } from 'preact/hooks';
import type { Purchase } from '../api/types.js';
import { NONE, useList, type List } from '../api/use-list.js';

const FIRST_PAUSE_MS = 1_500;
const LONGEST_PAUSE_MS = 15_000;

const idOf = ({ id }: Purchase): string => id;

/** What was bought; asked again, ever more seldom, while a payment is under way. Each asking looks at the provider. */
export function usePurchases(freshness: unknown): List<Purchase> {
  const [looks, setLooks] = useState(0);
  const list = useList<Purchase>('/api/credits/purchases', NONE, `${String(freshness)} ${looks}`, { idOf });
  const isUnderWay = list.data?.some(({ state }) => state === 'open') === true;
  useEffect(() => {
    if (!isUnderWay) return;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.3 ** looks);
    const timer = setTimeout(() => setLooks((count) => count + 1), pause);
    return () => clearTimeout(timer);
  }, [list.data, isUnderWay]);
  return list;
}
