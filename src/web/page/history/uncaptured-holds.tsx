import { useAnswer } from '../api/use-answer.js';
import type { Hold } from '../api/types.js';
import { Table } from '../parts/table.js';
import { actionName, inner, moment, number, timeOfDay } from '../parts/words.js';

/** Credits that were set aside and came back, and those that still are. */
export function UncapturedHolds({ version }: { version: number | null }) {
  const { data } = useAnswer<{ data: Hold[] }>('/api/credits/holds', version);
  const holds = data?.data.filter(({ state }) => state !== 'captured') ?? [];
  return (
    <section class="card" aria-labelledby="holds">
      <h2 id="holds">Set aside, and not charged</h2>
      <Table
        columns={['When', 'What', 'What became of it', 'Credits']}
        empty="Nothing so far."
        rows={holds.map((hold) => ({
          key: hold.id,
          cells: [moment(hold.createdAt), actionName(hold.action), fateOf(hold), number(hold.amount)],
        }))}
      />
    </section>
  );
}

function fateOf({ state, reason, expiresAt }: Hold): string {
  if (state === 'held') return `on hold until ${timeOfDay(expiresAt)}, unless it takes longer`;
  const why = reason ?? (state === 'expired' ? 'nobody finished it in time' : null);
  return why === null ? 'not charged' : `not charged: ${inner(why)}`;
}
