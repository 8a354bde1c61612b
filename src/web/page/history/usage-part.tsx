import { useState } from 'preact/hooks';
import { Answered } from '../parts/answered.js';
import { counted, credits } from '../parts/words.js';
import type { Bar } from './bars.js';
import { DayChart } from './day-chart.js';
import { RankChart } from './rank-chart.js';
import { DAYS, useUsage, type GroupBy } from './use-usage.js';

/** What was used of late. */
export function UsagePart({ version }: { version: number | null }) {
  const [groupBy, setGroupBy] = useState<GroupBy>('day');
  const usage = useUsage(groupBy, version);
  return (
    <section class="card" aria-labelledby="usage">
      <div class="head">
        <h2 id="usage">Used in {DAYS} days</h2>
        <div class="switch" role="group" aria-label="Grouped by">
          {(['day', 'action'] as const).map((kind) => (
            <button key={kind} type="button" aria-pressed={kind === groupBy} onClick={() => setGroupBy(kind)}>
              {kind === 'day' ? 'By day' : 'By action'}
            </button>
          ))}
        </div>
      </div>
      <Answered
        answer={usage}
        what="What you used"
        nothing="Nothing was used yet."
        isNothing={(bars) => bars.every(({ count }) => count === 0)}
      >
        {(bars) => (
          <>
            <Total bars={bars} isNet={usage.isNet} />
            {groupBy === 'day' ? <DayChart bars={bars} /> : <RankChart bars={bars} />}
          </>
        )}
      </Answered>
    </section>
  );
}

function Total({ bars, isNet }: { bars: Bar[]; isNet: boolean }) {
  const sum = (of: 'credits' | 'count') => bars.reduce((total, bar) => total + bar[of], 0);
  return (
    <p class="total">
      <strong>{credits(sum('credits'))}</strong>{' '}
      <span class="soft">
        for {counted(sum('count'), 'piece')} of work,{' '}
        {isNet ? 'less what was refunded' : 'refunds not taken off, days in UTC'}
      </span>
    </p>
  );
}
