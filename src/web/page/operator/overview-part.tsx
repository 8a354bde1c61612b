import { useState } from 'preact/hooks';
import type { Overview } from '../api/types.js';
import { useAnswer } from '../api/use-answer.js';
import { DayChart } from '../history/day-chart.js';
import { kindName } from '../history/entry-words.js';
import { Answered } from '../parts/answered.js';
import { Figures } from '../parts/figures.js';
import { Switch } from '../parts/switch.js';
import { Table } from '../parts/table.js';
import { counted, credits, moment, shortDay, signedNumber } from '../parts/words.js';
import { hrefOf } from '../state/place.js';

const SERIES = { charged: 'Charged', granted: 'Granted', refunded: 'Refunded', expired: 'Expired' } as const;
type Series = keyof typeof SERIES;

/** All books in figures: what customers have, what happens each day, and what those on duty did. */
export function OverviewPart({ freshness }: { freshness: number }) {
  const answer = useAnswer<Overview>('/api/admin/overview', freshness);
  return (
    <>
      <section class="card" aria-labelledby="overview">
        <h2 id="overview">All wallets</h2>
        <Answered answer={answer} what="The overview">
          {(overview) => (
            <>
              <Figures figures={figuresOf(overview)} />
              <Days days={overview.days} />
            </>
          )}
        </Answered>
      </section>
      <section class="card" aria-labelledby="acts">
        <h2 id="acts">What operators did</h2>
        <Answered
          answer={{ ...answer, data: answer.data?.acts ?? null }}
          what="The list of acts"
          nothing="Nothing in 30 days."
        >
          {(acts) => <ActsTable acts={acts} />}
        </Answered>
      </section>
    </>
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
  const [series, setSeries] = useState<Series>('charged');
  const bars = days.map((one) => ({
    name: shortDay(new Date(`${one.day}T00:00`)),
    credits: one[series],
    count: one[series],
  }));
  const total = bars.reduce((sum, { credits }) => sum + credits, 0);
  return (
    <>
      <Switch label="Which of them" options={SERIES} chosen={series} onChoose={setSeries} />
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

function ActsTable({ acts }: { acts: Overview['acts'] }) {
  return (
    <Table
      class="facts"
      columns={['When', 'Who', 'What', 'Whose', 'Why', 'Credits']}
      rows={acts.map((act) => ({
        key: `${act.at} ${act.actor} ${act.kind} ${act.reason}`,
        cells: [
          moment(act.at),
          <span class="user-text">{act.actor}</span>,
          kindName(act.kind),
          act.userId === null ? (
            counted(act.entries, 'time')
          ) : (
            <a class="user-text" href={hrefOf('operator', act.userId)}>
              {act.userId}
            </a>
          ),
          <span class="user-text">{act.reason ?? ''}</span>,
          <span class="figure">{signedNumber(act.credits)}</span>,
        ],
      }))}
    />
  );
}
