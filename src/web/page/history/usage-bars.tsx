import { useMemo } from 'preact/hooks';
import { useAnswer } from '../api/use-answer.js';
import type { Usage } from '../api/types.js';
import { Notice } from '../parts/notice.js';
import { counted, credits } from '../parts/words.js';
import { actionBars, dayBars } from './bars.js';
import { UsageChart } from './usage-chart.js';

export const DAYS = 30;

interface UsageBarsProps {
  groupBy: 'day' | 'action';
  version: number | null;
}

export function UsageBars({ groupBy, version }: UsageBarsProps) {
  const from = useMemo(() => firstDay(new Date()), []);
  const query = new URLSearchParams({ groupBy, from: from.toISOString() });
  const { data, trouble } = useAnswer<{ data: Usage[] }>(`/api/credits/usage?${query}`, version);
  const bars = useMemo(() => {
    const used = data?.data ?? [];
    return groupBy === 'day' ? dayBars(used, from, DAYS) : actionBars(used);
  }, [data, groupBy, from]);
  if (trouble !== null) return <Notice tone="bad">{trouble}</Notice>;
  if (data === null) return <div class="chart" aria-busy="true" />;
  if (data.data.length === 0) return <p class="nothing">Nothing was used yet.</p>;
  const sum = (of: 'credits' | 'count') => bars.reduce((total, bar) => total + bar[of], 0);
  return (
    <>
      <p class="total">
        {credits(sum('credits'))} <span class="soft">for {counted(sum('count'), 'piece')} of work</span>
      </p>
      <UsageChart bars={bars} />
    </>
  );
}

/** A day is one in UTC, as in the ledger. */
function firstDay(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - (DAYS - 1)));
}
