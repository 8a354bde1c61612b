import type { Hold } from '../api/types.js';
import type { Loadable } from '../api/use-answer.js';
import { Answered } from '../parts/answered.js';
import { Table } from '../parts/table.js';
import { actionName, inner, moment, number, timeOfDay } from '../parts/words.js';

/** Credits that were set aside and came back, and those that still are. */
export function UncapturedHolds({ answer }: { answer: Loadable<Hold[]> }) {
  const uncaptured = answer.data?.filter(({ state }) => state !== 'captured') ?? null;
  return (
    <section class="card" aria-labelledby="holds">
      <h2 id="holds">Set aside, and not charged</h2>
      <Answered answer={{ ...answer, data: uncaptured }} what="What was set aside" nothing="Nothing so far.">
        {(holds) => (
          <Table
            class="facts"
            columns={['When', 'What', 'What became of it', 'Credits']}
            rows={holds.map((hold) => ({
              key: hold.id,
              cells: [
                moment(hold.createdAt),
                <>
                  {actionName(hold.action)}
                  {hold.description !== null && <span class="title name">{hold.description}</span>}
                </>,
                <span class="user-text">{fateOf(hold)}</span>,
                <span class="figure">{number(hold.amount)}</span>,
              ],
            }))}
          />
        )}
      </Answered>
    </section>
  );
}

/** As the ledger notes it when whoever asked did not wait, which is what pressing Cancel comes to. */
const LEFT = 'the client went away';

function fateOf({ state, reason, expiresAt }: Hold): string {
  if (state === 'held') return `on hold until ${timeOfDay(expiresAt)}, unless it takes longer`;
  if (reason === LEFT) return 'not charged: cancelled, or the connection broke';
  const why = reason ?? (state === 'expired' ? 'nobody finished it in time' : null);
  return why === null ? 'not charged' : `not charged: ${inner(why)}`;
}
