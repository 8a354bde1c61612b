import type { Hold } from '../api/types.js';
import { useList } from '../api/use-list.js';
import { useToday } from '../history/use-today.js';
import { Answered } from '../parts/answered.js';
import { MoreButton } from '../parts/more-button.js';
import { Table } from '../parts/table.js';
import { actionName, moment, number, until } from '../parts/words.js';
import { Written } from '../parts/written.js';

const ACTIVE = new URLSearchParams({ state: 'held' });
const idOf = ({ id }: Hold): string => id;

/** What of a wallet is set aside for work that runs. */
export function WalletHolds({ path, freshness }: { path: string; freshness: number }) {
  const list = useList<Hold>(`${path}/holds`, ACTIVE, freshness, { idOf });
  useToday();
  return (
    <section class="card" aria-labelledby="wallet-holds">
      <h2 id="wallet-holds">Active holds</h2>
      <Answered answer={list} what="The list of holds" nothing="None.">
        {(holds) => (
          <Table
            label="Active holds"
            class="facts"
            columns={['Since', 'What', 'Until', 'Credits']}
            rows={holds.map(({ id, createdAt, action, description, expiresAt, amount }) => ({
              key: id,
              cells: [
                moment(createdAt),
                <>
                  {actionName(action)}
                  <Written class="title name" text={description} />
                </>,
                until(expiresAt),
                <span class="figure">{number(amount)}</span>,
              ],
            }))}
          />
        )}
      </Answered>
      <MoreButton list={list} of="holds" />
    </section>
  );
}
