import { useEffect, useMemo } from 'preact/hooks';
import type { Entry, Usage } from '../api/types.js';
import { useAnswer, type Loadable } from '../api/use-answer.js';
import { useList } from '../api/use-list.js';
import { usePaced } from '../api/use-paced.js';
import { balance, type ShownBalance } from '../state/balance.js';
import { createStore, useStore } from '../state/store.js';
import { actionName, shortDay } from '../parts/words.js';
import { actionBars, dayBars, startOfDay, type Bar } from './bars.js';
import { OWN_ENTRIES } from './entries-of.js';
import { useToday } from './use-today.js';

/** Of more charges than these the server's sums are shown, which know neither local days nor refunds. */
const MOST_CHARGES = 1_000;

export type GroupBy = 'day' | 'action';

export interface UsageAnswer extends Loadable<Bar[]> {
  /** Whether days are the reader's, and what was refunded is taken off. */
  isNet: boolean;
}

/** What was used of late, made of the very entries that stand below it. */
export function useUsage(groupBy: GroupBy, days: number, freshness: number): UsageAnswer {
  const today = useToday();
  const from = useMemo(() => startOfDay(new Date(today), days - 1), [today, days]);
  const query = useMemo(() => new URLSearchParams({ kind: 'charge', from: from.toISOString() }), [from]);
  const charges = useList<Entry>('/api/credits/history', query, freshness, {
    ...OWN_ENTRIES,
    step: 200,
    keeps: MOST_CHARGES,
    fits: ({ kind, createdAt }) => kind === 'charge' && createdAt >= from.toISOString(),
  });
  const { data, isWhole } = charges;
  const isTooMany = data !== null && !isWhole && data.length >= MOST_CHARGES;
  useEffect(() => {
    if (data !== null && !isWhole && !isTooMany && !charges.reading.isBusy) charges.readMore();
  }, [data, isWhole]);
  const sums = useSums(isTooMany, groupBy, from, freshness);
  const bars = useMemo(() => {
    if (data === null || !isWhole) return null;
    if (groupBy === 'action') return actionBars(data);
    // By a clock that is behind, the newest are of a day to come.
    const last = Math.max(today, ...data.slice(0, 1).map(({ createdAt }) => Date.parse(createdAt)));
    return dayBars(data, startOfDay(new Date(last), days - 1), days);
  }, [data, isWhole, groupBy, today, days]);
  if (isTooMany) return { ...sums, isNet: false };
  return { data: bars, trouble: charges.trouble, again: charges.again, isNet: true };
}

/** Nothing is drawn anew for a balance that nobody asked about. */
const UNWATCHED = createStore<ShownBalance>({ known: null, connection: 'loading' });

function useSums(isAsked: boolean, groupBy: GroupBy, from: Date, freshness: number): Loadable<Bar[]> {
  // Sums are not told, so they follow the balance, at the pace of a reader.
  const version = usePaced(useStore<ShownBalance>(isAsked ? balance : UNWATCHED).known?.version ?? null);
  const query = new URLSearchParams({ groupBy, from: from.toISOString() });
  const answer = useAnswer<{ data: Usage[] }>(
    isAsked ? `/api/credits/usage?${query}` : null,
    `${freshness} ${version}`,
  );
  const toBar = ({ key, credits, count }: Usage): Bar => ({
    name: groupBy === 'action' ? actionName(key) : shortDay(new Date(`${key}T00:00`)),
    credits,
    count,
  });
  return { ...answer, data: answer.data?.data.map(toBar) ?? null };
}
