import { useMemo } from 'preact/hooks';
import type { Usage } from '../api/types.js';
import { useAnswer } from '../api/use-answer.js';
import { serverNow } from './clock.js';

const DAY_MS = 86_400_000;
const DAYS = 14;
/** Longer than that nobody plans. */
const MOST_DAYS = 365;

/**
 * For about how many days credits last at the pace of the last two weeks, counted from the first day of use in them;
 * null where there is no pace to go by.
 */
export function useLasting(available: number): number | null {
  const from = useMemo(() => new Date(serverNow() - DAYS * DAY_MS).toISOString(), []);
  const { data } = useAnswer<{ data: Usage[] }>(`/api/credits/usage?groupBy=day&from=${from}`);
  const days = data?.data ?? [];
  if (days.length === 0) return null;
  // Today is one of them, also by a clock that is behind.
  const since = Math.max(1, Math.ceil((serverNow() - Date.parse(`${days[0]!.key}T00:00Z`)) / DAY_MS));
  const used = days.reduce((sum, { credits }) => sum + credits, 0);
  const lasting = Math.floor((available * since) / used);
  return lasting <= MOST_DAYS ? lasting : null;
}
