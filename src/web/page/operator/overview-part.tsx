import type { Overview } from '../api/types.js';
import { useAnswer } from '../api/use-answer.js';
import { DayChart } from '../history/day-chart.js';
import { Answered } from '../parts/answered.js';
import { Figures } from '../parts/figures.js';
import { Switch } from '../parts/switch.js';
import { counted, credits, shortDay } from '../parts/words.js';
import { choose } from '../state/place.js';
import { oneOf, useChosen, type Choices } from '../state/use-chosen.js';

const SERIES = { charged: 'Charged', granted: 'Granted', refunded: 'Refunded', expired: 'Expired' } as const;
type Series = keyof typeof SERIES;

/** What of it an address may ask for. */
export const OVERVIEW_CHOICES: Choices<'series'> = { series: oneOf(...Object.keys(SERIES)) };

/** All books in figures: what customers have, and what happens each day. */
export function OverviewPart({ freshness }: { freshness: number }) {
  const answer = useAnswer<Overview>('/api/admin/overview', freshness);
  return (
    <section class="card" aria-labelledby="overview">
      <h2 id="overview">All wallets</h2>
      <Answered answer={answer} what="The overview" room="overview">
        {(overview) => (
          <>
            <Figures figures={figuresOf(overview)} />
            <Days days={overview.days} />
          </>
        )}
      </Answered>
    </section>
  );
}

function figuresOf({ outstanding, held, owed, wallets, atZero }: Overview): Record<string, number> {
  return {
    outstanding,
    'on hold': held,
    ...(owed > 0 && { 'owed by customers': owed }),
    wallets,
    'with nothing left': atZero,
  };
}

function Days({ days }: { days: Overview['days'] }) {
  const series = (useChosen(OVERVIEW_CHOICES).series || 'charged') as Series;
  const bars = days.map((one) => ({
    name: shortDay(new Date(`${one.day}T00:00`)),
    credits: one[series],
    count: one[series],
  }));
  const total = bars.reduce((sum, { credits }) => sum + credits, 0);
  return (
    <>
      <Switch
        label="Which of them"
        options={SERIES}
        chosen={series}
        onChoose={(series) => choose({ series })}
      />
      <p class="total">
        <strong>{credits(total)}</strong>{' '}
        <span class="soft">
          {SERIES[series].toLowerCase()} in {counted(days.length, 'day')}
        </span>
      </p>
      <DayChart bars={bars} what={SERIES[series]} toldOf={() => SERIES[series].toLowerCase()} />
    </>
  );
}
