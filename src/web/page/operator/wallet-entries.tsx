import { useState } from 'preact/hooks';
import { usePages } from '../api/use-pages.js';
import type { Entry } from '../api/types.js';
import { EntriesTable } from '../history/entries-table.js';
import { EntryFilters } from '../history/entry-filters.js';
import { NO_FILTER, queryOf } from '../history/filter.js';
import { MoreButton } from '../parts/more-button.js';
import { Notice } from '../parts/notice.js';
import { RefundDialog, leftToRefund } from './refund-dialog.js';

interface WalletEntriesProps {
  /** Of the wallet's routes. */
  path: string;
  freshness: number;
  onChange: () => void;
}

/** All that a wallet has been through, and what can be given back of it. */
export function WalletEntries({ path, freshness, onChange }: WalletEntriesProps) {
  const [filter, setFilter] = useState(NO_FILTER);
  const { rows, trouble, more } = usePages<Entry>(`${path}/entries`, queryOf(filter), freshness);
  const [refunding, setRefunding] = useState<Entry | null>(null);
  const refund = (entry: Entry) =>
    leftToRefund(entry) > 0 && (
      <button type="button" class="quiet" onClick={() => setRefunding(entry)}>
        Refund
      </button>
    );
  return (
    <section class="card" aria-labelledby="wallet-entries">
      <h2 id="wallet-entries">Entries</h2>
      <EntryFilters filter={filter} onChange={setFilter} />
      {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
      {rows !== null && <EntriesTable entries={rows} empty="Nothing that fits." action={refund} />}
      <MoreButton more={more} />
      {refunding !== null && (
        <RefundDialog entry={refunding} onChange={onChange} onClose={() => setRefunding(null)} />
      )}
    </section>
  );
}
