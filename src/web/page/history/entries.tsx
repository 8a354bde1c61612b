import { useState } from 'preact/hooks';
import { download } from '../api/download.js';
import { Icon } from '../parts/icon.js';
import { Notice } from '../parts/notice.js';
import { useAction } from '../parts/use-action.js';
import type { Entry } from '../api/types.js';
import { usePages } from '../api/use-pages.js';
import { MoreButton } from '../parts/more-button.js';
import { EntriesTable } from './entries-table.js';
import { EntryFilters } from './entry-filters.js';
import { NO_FILTER, queryOf } from './filter.js';

/** Every change of the balance, filtered, page by page, or all of it as CSV. */
export function Entries({ version }: { version: number | null }) {
  const [filter, setFilter] = useState(NO_FILTER);
  const { rows, trouble, more } = usePages<Entry>('/api/credits/history', queryOf(filter), version);
  const csv = useAction();
  const save = () =>
    csv.run(() => download(`/api/credits/history?${queryOf(filter)}`, 'credits.csv', { accept: 'text/csv' }));
  return (
    <section class="card" aria-labelledby="history">
      <div class="head">
        <h2 id="history">Every change</h2>
        <button type="button" class="quiet" disabled={csv.isBusy} onClick={save}>
          <Icon name="save" /> CSV
        </button>
      </div>
      <EntryFilters filter={filter} onChange={setFilter} />
      {(trouble ?? csv.trouble) !== null && <Notice tone="bad">{trouble ?? csv.trouble}</Notice>}
      {rows !== null && <EntriesTable entries={rows} empty="Nothing that fits." />}
      <MoreButton more={more} />
    </section>
  );
}
