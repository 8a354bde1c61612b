import type { Act } from '../api/types.js';
import { NONE, useList } from '../api/use-list.js';
import { kindName } from '../history/entry-words.js';
import { Answered } from '../parts/answered.js';
import { MoreButton } from '../parts/more-button.js';
import { Table } from '../parts/table.js';
import { counted, moment, signedNumber } from '../parts/words.js';
import { Written } from '../parts/written.js';
import { hrefOf } from '../state/place.js';

const idOf = ({ id }: Act): string => id;

/** What those on duty did, to the end of a month. */
export function ActsPart({ freshness }: { freshness: number }) {
  const list = useList<Act>('/api/admin/acts', NONE, freshness, { idOf });
  return (
    <section class="card" aria-labelledby="acts">
      <h2 id="acts">What operators did in 30 days</h2>
      <Answered answer={list} what="The list of acts" nothing="Nothing in 30 days." room="rows">
        {(acts) => <ActsTable acts={acts} />}
      </Answered>
      <MoreButton list={list} of="acts" />
    </section>
  );
}

function ActsTable({ acts }: { acts: Act[] }) {
  return (
    <Table
      label="What operators did"
      class="facts"
      columns={['When', 'Who', 'What', 'Whose', 'Why', 'Credits']}
      rows={acts.map((act) => ({
        key: act.id,
        cells: [
          moment(act.at),
          <Written text={act.actor} />,
          act.entries === 1 ? kindName(act.kind) : `${kindName(act.kind)} · ${counted(act.entries, 'time')}`,
          act.userId === null ? (
            'several'
          ) : (
            <a href={hrefOf('operator', act.userId)}>
              <Written text={act.userId} />
            </a>
          ),
          <Written text={act.reason} />,
          <span class="figure">{signedNumber(act.credits)}</span>,
        ],
      }))}
    />
  );
}
