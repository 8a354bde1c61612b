import type { Hold } from '../api/types.js';
import type { List, ListOptions } from '../api/use-list.js';
import { Answered } from '../parts/answered.js';
import { MOST_SHOWN, written } from '../parts/legible.js';
import { MoreButton } from '../parts/more-button.js';
import { Table } from '../parts/table.js';
import { actionName, inner, moment, number, until } from '../parts/words.js';
import { Written } from '../parts/written.js';
import { useToday } from './use-today.js';

/** What was charged stands among the entries. */
export const NOT_CHARGED = new URLSearchParams({ state: 'held,released,expired' });

/** For the holds of one's own wallet, of which the stream tells: one that ran and is told of no more was charged. */
export const OWN_HOLDS: ListOptions<Hold> = {
  idOf: ({ id }) => id,
  told: ({ holds }) => holds,
  stays: ({ id, state }, { holds }) => state !== 'held' || holds.some((hold) => hold.id === id),
};

/** Credits that were set aside and came back, and those that still are. */
export function UncapturedHolds({ list }: { list: List<Hold> }) {
  useToday();
  return (
    <section class="card" aria-labelledby="holds">
      <h2 id="holds">Set aside, and not charged</h2>
      <Answered answer={list} what="What was set aside" nothing="Nothing so far.">
        {(holds) => (
          <Table
            label="Set aside, and not charged"
            class="facts"
            columns={['When', 'What', 'What became of it', 'Credits']}
            rows={holds.map((hold) => ({
              key: hold.id,
              cells: [
                moment(hold.createdAt),
                <>
                  {actionName(hold.action)}
                  <Written class="title name" text={hold.description} />
                </>,
                <span class="user-text">{fateOf(hold)}</span>,
                <span class="figure">{number(hold.amount)}</span>,
              ],
            }))}
          />
        )}
      </Answered>
      <MoreButton list={list} of="of what was set aside" />
    </section>
  );
}

/** As the ledger notes it when whoever asked did not wait, which is what pressing Cancel comes to. */
const LEFT = 'the client went away';

function fateOf({ state, reason, expiresAt }: Hold): string {
  if (state === 'held') return `on hold until ${until(expiresAt)}, unless it takes longer`;
  if (reason === LEFT) return 'not charged: cancelled, or the connection broke';
  const why = reason ?? (state === 'expired' ? 'nobody finished it in time' : null);
  return why === null ? 'not charged' : `not charged: ${written(inner(why), MOST_SHOWN)}`;
}
