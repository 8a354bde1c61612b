import { useState } from 'preact/hooks';
import { download } from '../api/download.js';
import { Icon } from '../parts/icon.js';
import { Notice } from '../parts/notice.js';
import { useAction } from '../parts/use-action.js';
import { EntriesTable } from './entries-table.js';
import { EntryFilters } from './entry-filters.js';
import { NO_FILTER, queryOf } from './filter.js';
import { usePages } from './use-pages.js';

/** Every change of the balance, filtered, page by page, or all of it as CSV. */
export function Entries({ version }: { version: number | null }) {
  const [filter, setFilter] = useState(NO_FILTER);
  const { entries, trouble, more } = usePages(filter, version);
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
      {entries !== null && <EntriesTable entries={entries} empty="Nothing that fits." />}
      {more !== null && (
        <button type="button" class="quiet" onClick={more}>
          Show older
        </button>
      )}
    </section>
  );
}
