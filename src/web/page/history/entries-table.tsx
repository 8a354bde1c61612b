import type { ComponentChildren } from 'preact';
import type { Entry } from '../api/types.js';
import { Table } from '../parts/table.js';
import { apart, instant, moment, number, signedNumber } from '../parts/words.js';
import { hrefOf } from '../state/place.js';
import { whatOf, whyOf } from './entry-words.js';

interface EntriesTableProps {
  entries: Entry[];
  /** For an operator, who sees who did it. */
  withActor?: boolean;
  onExplain: (entry: Entry) => void;
  /** What can be done about an entry, known by a name of its own; a column of its own. */
  action?: (entry: Entry, name: string) => ComponentChildren;
}

export function EntriesTable({ entries, withActor, onExplain, action }: EntriesTableProps) {
  const columns = ['When', 'What', 'Why', 'Change', 'Balance after'];
  const spoken = apart(entries.map((entry) => spokenName(entry)));
  return (
    <Table
      class="entries"
      columns={action === undefined ? columns : [...columns, 'Correct']}
      rows={entries.map((entry, index) => ({
        key: entry.id,
        class: entry.amount < 0 ? 'minus' : 'plus',
        cells: [
          <span title={instant(entry.createdAt)}>{moment(entry.createdAt)}</span>,
          <>
            <button
              type="button"
              class="plain"
              aria-label={`About ${spoken[index]}`}
              onClick={() => onExplain(entry)}
            >
              {whatOf(entry)}
            </button>
            <Name entry={entry} spoken={spoken[index]!} />
          </>,
          <span class="user-text">{whyOf(entry, withActor)}</span>,
          <strong class="amount figure">{signedNumber(entry.amount)}</strong>,
          <span class="figure">{number(entry.balanceAfter)}</span>,
          ...(action === undefined ? [] : [action(entry, spoken[index]!)]),
        ],
      }))}
    />
  );
}

/** What a line is called where it is not seen beside its neighbours. */
function spokenName(entry: Entry): string {
  const parts = [whatOf(entry), entry.description, signedNumber(entry.amount), instant(entry.createdAt)];
  return parts.filter(Boolean).join(', ');
}

/** What was paid for: a document can be read, recordings and exports stand under Work. */
function Name({ entry: { artefact, description }, spoken }: { entry: Entry; spoken: string }) {
  if (description === null) return null;
  if (artefact?.kind !== 'document') return <span class="title name">{description}</span>;
  return (
    <a
      class="title name"
      href={hrefOf('document', artefact.id)}
      aria-label={`Read ${description}: ${spoken}`}
    >
      {description}
    </a>
  );
}
