import { useMemo, useState } from 'preact/hooks';
import { useList } from '../api/use-list.js';
import type { Entry } from '../api/types.js';
import { amend, idOf } from '../history/entries-of.js';
import { EntriesTable } from '../history/entries-table.js';
import { EntryDrawer } from '../history/entry-drawer.js';
import { EntryFilters } from '../history/entry-filters.js';
import { NO_FILTER, queryOf } from '../history/filter.js';
import { Answered } from '../parts/answered.js';
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
  const query = useMemo(() => queryOf(filter), [filter]);
  const list = useList<Entry>(`${path}/entries`, query, freshness, { idOf, amend });
  const [refunding, setRefunding] = useState<Entry | null>(null);
  const [explained, setExplained] = useState<Entry | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const refund = (entry: Entry, name: string) =>
    leftToRefund(entry) > 0 && (
      <button
        type="button"
        class="quiet"
        aria-label={`Refund ${name}`}
        onClick={() => {
          setDone(null);
          setRefunding(entry);
        }}
      >
        Refund
      </button>
    );
  return (
    <section class="card" aria-labelledby="wallet-entries">
      {/* Where the focus goes when the button that had it is gone with what could be refunded. */}
      <h2 id="wallet-entries" tabIndex={-1}>
        Entries
      </h2>
      {done !== null && <Notice tone="good">{done}</Notice>}
      <EntryFilters filter={filter} onChange={setFilter} />
      <Answered answer={list} what="The list of entries" nothing="Nothing that fits.">
        {(entries) => <EntriesTable entries={entries} withActor onExplain={setExplained} action={refund} />}
      </Answered>
      <MoreButton list={list} of="entries" />
      {refunding !== null && (
        <RefundDialog
          entry={refunding}
          onChange={onChange}
          onClose={(outcome) => {
            setDone(outcome);
            setRefunding(null);
            if (outcome !== null) document.getElementById('wallet-entries')?.focus();
          }}
        />
      )}
      {explained !== null && <EntryDrawer entry={explained} withActor onClose={() => setExplained(null)} />}
    </section>
  );
}
