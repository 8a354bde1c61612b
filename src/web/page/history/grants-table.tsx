import type { Grant } from '../api/types.js';
import type { Loadable } from '../api/use-answer.js';
import { Answered } from '../parts/answered.js';
import { Table } from '../parts/table.js';
import { day, number, sentence } from '../parts/words.js';

export function GrantsTable({ answer, what }: { answer: Loadable<Grant[]>; what: string }) {
  return (
    <Answered answer={answer} what={what} nothing="No credits are left.">
      {(grants) => (
        <Table
          class="facts"
          columns={['Given', 'Kind', 'Reason', 'Expires', 'Left']}
          rows={grants.map(({ id, createdAt, category, reason, expiresAt, remaining, amount }) => ({
            key: id,
            cells: [
              day(createdAt),
              sentence(category),
              <span class="user-text">{reason === category ? '' : (reason ?? '')}</span>,
              expiresAt === null ? 'never' : day(expiresAt),
              <span class="figure">
                {number(remaining)} of {number(amount)}
              </span>,
            ],
          }))}
        />
      )}
    </Answered>
  );
}
