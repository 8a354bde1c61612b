import { useMemo, useState } from 'preact/hooks';
import type { Entry } from '../api/types.js';
import { useList } from '../api/use-list.js';
import { ActionButton } from '../parts/action-button.js';
import { Answered } from '../parts/answered.js';
import { MoreButton } from '../parts/more-button.js';
import { useAction } from '../parts/use-action.js';
import { Written } from '../parts/written.js';
import { session } from '../state/session.js';
import { useStore } from '../state/store.js';
import { CsvButton } from './csv-button.js';
import { EntriesTable } from './entries-table.js';
import { EntryDrawer } from './entry-drawer.js';
import { EntryFilters } from './entry-filters.js';
import { OWN_ENTRIES, inOurWords } from './entries-of.js';
import { fitsFilter, onPaper, queryOf, useFilter } from './filter.js';

/** Every change of the balance, filtered, page by page; or all of it as CSV or on paper. */
export function Entries({ freshness }: { freshness: number }) {
  const filter = useFilter();
  const [explained, setExplained] = useState<Entry | null>(null);
  const query = useMemo(() => queryOf(filter), [filter]);
  const list = useList<Entry>('/api/credits/history', query, freshness, {
    ...OWN_ENTRIES,
    fits: (entry) => fitsFilter(filter, entry),
  });
  const print = useAction();
  return (
    <section class="card" aria-labelledby="every-change">
      <div class="head">
        <h2 id="every-change">Every change</h2>
        <div class="actions">
          <ActionButton class="quiet" action={print} busy="Reading all…" onClick={() => print.run(toPaper)}>
            Print
          </ActionButton>
          <CsvButton path="/api/credits/history" query={query} />
        </div>
      </div>
      <EntryFilters filter={filter} />
      <p class="on-paper">
        <Written text={useStore(session)?.userId ?? null} />. {onPaper(filter)}
      </p>
      <Answered answer={list} what="The list" nothing="Nothing that fits." room="rows">
        {(entries) => <EntriesTable entries={entries.map(inOurWords)} onExplain={setExplained} />}
      </Answered>
      <MoreButton list={list} of="changes" />
      {explained !== null && (
        <EntryDrawer
          entry={explained}
          path={`/api/credits/history/${explained.id}`}
          onClose={() => setExplained(null)}
        />
      )}
    </section>
  );

  /** A sheet of paper has no button to the rest of the list. */
  async function toPaper(): Promise<void> {
    await list.readAll();
    // Once it is drawn.
    await new Promise((resolve) => setTimeout(resolve, 50));
    window.print();
  }
}
