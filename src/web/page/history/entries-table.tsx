import type { ComponentChildren } from 'preact';
import type { Entry } from '../api/types.js';
import { Table, type TableRow } from '../parts/table.js';
import { useRows } from './use-rows.js';
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
  const rows = useRows(
    entries,
    (entry, name) => rowOf(entry, name, { withActor, onExplain, action }),
    [withActor, onExplain, action],
    apart(entries.map(spokenName)),
  );
  return (
    <Table
      label="Every change"
      class="entries"
      columns={action === undefined ? columns : [...columns, 'Correct']}
      rows={rows}
    />
  );
}

type Showing = Omit<EntriesTableProps, 'entries'>;

function rowOf(entry: Entry, name: string, { withActor, onExplain, action }: Showing): TableRow {
  return {
    key: entry.id,
    class: entry.amount < 0 ? 'minus' : 'plus',
    cells: [
      <span title={instant(entry.createdAt)}>{moment(entry.createdAt)}</span>,
      <>
        <button type="button" class="plain" aria-label={`About ${name}`} onClick={() => onExplain(entry)}>
          {whatOf(entry)}
        </button>
        <Name entry={entry} spoken={name} />
      </>,
      <span class="user-text">{whyOf(entry, withActor)}</span>,
      <strong class="amount figure">{signedNumber(entry.amount)}</strong>,
      <span class="figure">{number(entry.balanceAfter)}</span>,
      ...(action === undefined ? [] : [action(entry, name)]),
    ],
  };
}

const spokenNames = new WeakMap<Entry, string>();

/** What a line is called where it is not seen beside its neighbours. */
function spokenName(entry: Entry): string {
  let name = spokenNames.get(entry);
  if (name === undefined) {
    const parts = [whatOf(entry), entry.description, signedNumber(entry.amount), instant(entry.createdAt)];
    name = parts.filter(Boolean).join(', ');
    spokenNames.set(entry, name);
  }
  return name;
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
