import { useMemo } from 'preact/hooks';
import { Answered } from '../parts/answered.js';
import { Switch } from '../parts/switch.js';
import { counted, credits } from '../parts/words.js';
import type { Bar } from './bars.js';
import { DayChart } from './day-chart.js';
import { RankChart } from './rank-chart.js';
import { useUsage, type GroupBy } from './use-usage.js';
import { choose } from '../state/place.js';
import { oneOf, useChosen, type Choices } from '../state/use-chosen.js';

const PERIODS = { 7: '7 days', 30: '30 days', 90: '90 days' };
const GROUPINGS: Record<GroupBy, string> = { day: 'By day', action: 'By action' };

/** What of it an address may ask for. */
export const USAGE_CHOICES: Choices<'days' | 'by'> = {
  days: oneOf(...Object.keys(PERIODS)),
  by: oneOf(...Object.keys(GROUPINGS)),
};

/** What was used of late. */
export function UsagePart({ freshness }: { freshness: number }) {
  const chosen = useChosen(USAGE_CHOICES);
  const groupBy = (chosen.by || 'day') as GroupBy;
  const days = Number(chosen.days || 30) as keyof typeof PERIODS;
  const usage = useUsage(groupBy, days, freshness);
  const { data: bars, isNet } = usage;
  // Once for the same bars: a chart is the dearest thing to draw here.
  const drawn = useMemo(() => bars && <Drawn bars={bars} isNet={isNet} groupBy={groupBy} />, [bars, isNet]);
  return (
    <section class="card" aria-labelledby="usage">
      <div class="head">
        <h2 id="usage">Used in {days} days</h2>
        <Switch
          label="Period"
          options={PERIODS}
          chosen={days}
          onChoose={(days) => choose({ days: String(days) })}
        />
        <Switch label="Grouped by" options={GROUPINGS} chosen={groupBy} onChoose={(by) => choose({ by })} />
      </div>
      <Answered
        answer={usage}
        what="What you used"
        room="chart"
        nothing="Nothing was used yet."
        isNothing={(bars) => bars.every(({ count }) => count === 0)}
      >
        {() => drawn}
      </Answered>
    </section>
  );
}

function Drawn({ bars, isNet, groupBy }: { bars: Bar[]; isNet: boolean; groupBy: GroupBy }) {
  return (
    <>
      <Total bars={bars} isNet={isNet} />
      {groupBy === 'day' ? <DayChart bars={bars} /> : <RankChart bars={bars} />}
    </>
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
