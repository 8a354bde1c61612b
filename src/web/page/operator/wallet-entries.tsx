import { useMemo, useState } from 'preact/hooks';
import { useAnswer } from '../api/use-answer.js';
import { useList } from '../api/use-list.js';
import type { Entry, Line, Wallet } from '../api/types.js';
import { CsvButton } from '../history/csv-button.js';
import { ENTRIES, inOurWords } from '../history/entries-of.js';
import { EntriesTable } from '../history/entries-table.js';
import { EntryDrawer } from '../history/entry-drawer.js';
import { EntryFilters } from '../history/entry-filters.js';
import { queryOf, useFilter } from '../history/filter.js';
import { Answered } from '../parts/answered.js';
import { MoreButton } from '../parts/more-button.js';
import { Notice } from '../parts/notice.js';
import { correctionOf, type Correction } from './correction.js';
import { CorrectionDialog } from './correction-dialog.js';

interface WalletEntriesProps {
  /** Of the wallet's routes. */
  path: string;
  wallet: Wallet | null;
  /** The entry that somebody came for. */
  line: string | null;
  freshness: number;
  onChange: () => void;
}

const pathOf = (entryId: string): string => `/api/admin/entries/${entryId}`;

/** All that a wallet has been through, and what can be put right of it. */
export function WalletEntries({ path, wallet, line, freshness, onChange }: WalletEntriesProps) {
  const filter = useFilter();
  const query = useMemo(() => queryOf(filter), [filter]);
  const list = useList<Entry>(`${path}/entries`, query, freshness, ENTRIES);
  const asked = useAnswer<Line>(line === null ? null : pathOf(line));
  const [correcting, setCorrecting] = useState<Correction | null>(null);
  // Undefined: nobody chose another one yet.
  const [chosen, setChosen] = useState<Entry | null | undefined>(undefined);
  const [done, setDone] = useState<string | null>(null);
  const explained = chosen === undefined ? (asked.data?.entry ?? null) : chosen;
  const correct = (correction: Correction) => {
    setDone(null);
    setChosen(null);
    setCorrecting(correction);
  };
  const button = (entry: Entry, label?: string) => {
    const correction = correctionOf(entry);
    if (correction === null) return null;
    const { verb } = correction;
    return (
      <button
        type="button"
        class="quiet"
        aria-label={label === undefined ? undefined : `${verb} ${label}`}
        onClick={() => correct(correction)}
      >
        {verb}
      </button>
    );
  };
  return (
    <section class="card" aria-labelledby="wallet-entries">
      {/* Where the focus goes when the button that had it is gone with what could be put right. */}
      <div class="head">
        <h2 id="wallet-entries" tabIndex={-1}>
          Entries
        </h2>
        <CsvButton path={`${path}/entries`} query={query} />
      </div>
      {done !== null && <Notice tone="good">{done}</Notice>}
      {line !== null && <Answered answer={asked} what="The entry that you came for" isQuiet />}
      <EntryFilters filter={filter} />
      <Answered answer={list} what="The list of entries" nothing="Nothing that fits.">
        {(entries) => (
          <EntriesTable entries={entries.map(inOurWords)} withActor onExplain={setChosen} action={button} />
        )}
      </Answered>
      <MoreButton list={list} of="entries" />
      {correcting !== null && (
        <CorrectionDialog
          correction={correcting}
          wallet={wallet}
          onChange={onChange}
          onClose={(outcome) => {
            setDone(outcome);
            setCorrecting(null);
            if (outcome !== null) document.getElementById('wallet-entries')?.focus();
          }}
        />
      )}
      {explained !== null && (
        <EntryDrawer
          key={explained.id}
          entry={explained}
          path={pathOf(explained.id)}
          withActor
          actions={button(explained)}
          onClose={() => setChosen(null)}
        />
      )}
    </section>
  );
}
