import type { Grant } from '../api/types.js';
import type { Loadable } from '../api/use-answer.js';
import { Answered } from '../parts/answered.js';
import { Table, type TableRow } from '../parts/table.js';
import { useUnfolding } from '../parts/use-unfolding.js';
import { day, deadline, number, sentence } from '../parts/words.js';
import { useRows } from './use-rows.js';
import { Written } from '../parts/written.js';

/** More rows than these are a wall. */
const MOST_ROWS = 25;

export function GrantsTable({ answer, what }: { answer: Loadable<Grant[]>; what: string }) {
  return (
    <Answered answer={answer} what={what} nothing="No credits are left.">
      {(grants) => <Grants grants={grants} what={what} />}
    </Answered>
  );
}

function Grants({ grants, what }: { grants: Grant[]; what: string }) {
  const { shown, button } = useUnfolding(grants, MOST_ROWS, 'grants');
  const rows = useRows(shown, rowOf);
  return (
    <>
      <Table
        label={what}
        class="facts"
        columns={['Given', 'Kind', 'Reason', 'Expires', 'Left']}
        rows={rows}
      />
      {shown.length < grants.length && (
        <p class="on-paper">
          The first {number(shown.length)} of {number(grants.length)}.
        </p>
      )}
      {button}
    </>
  );
}

function rowOf({ id, createdAt, category, reason, expiresAt, remaining, amount }: Grant): TableRow {
  return {
    key: id,
    cells: [
      day(createdAt),
      sentence(category),
      reason === category ? null : <Written text={reason} />,
      expiresAt === null ? 'never' : deadline(expiresAt),
      <span class="figure">
        {number(remaining)} of {number(amount)}
      </span>,
    ],
  };
}
