import type { ComponentChildren } from 'preact';
import type { Entry } from '../api/types.js';
import { Table } from '../parts/table.js';
import { hrefOf } from '../state/place.js';
import { actionName, moment, number, sentence, signedNumber } from '../parts/words.js';

interface EntriesTableProps {
  entries: Entry[];
  empty: string;
  /** What can be done about an entry; a column of its own. */
  action?: (entry: Entry) => ComponentChildren;
}

export function EntriesTable({ entries, empty, action }: EntriesTableProps) {
  const columns = ['When', 'What', 'Why', 'Change', 'Balance after'];
  return (
    <Table
      columns={action === undefined ? columns : [...columns, 'Refund']}
      empty={empty}
      rows={entries.map((entry) => ({
        key: entry.id,
        class: entry.amount < 0 ? 'minus' : 'plus',
        cells: [
          moment(entry.createdAt),
          <What entry={entry} />,
          whyOf(entry),
          <strong class="amount">{signedNumber(entry.amount)}</strong>,
          number(entry.balanceAfter),
          ...(action === undefined ? [] : [action(entry)]),
        ],
      }))}
    />
  );
}

/** With a way to the document that was paid for; recordings and exports stand beside each other under Work. */
function What({ entry: { kind, action, artefact } }: { entry: Entry }) {
  const words = action === null ? sentence(kind) : `${sentence(kind)} · ${actionName(action)}`;
  return artefact?.kind === 'document' ? <a href={hrefOf('document', artefact.id)}>{words}</a> : <>{words}</>;
}

function whyOf({ reason, actor, refunded }: Entry): string {
  const parts = [
    reason,
    actor !== null && actor !== reason && `by ${actor}`,
    refunded !== null && refunded > 0 && `${number(refunded)} refunded`,
  ];
  return parts.filter(Boolean).join(' · ');
}
