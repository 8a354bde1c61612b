import { Table } from '../parts/table.js';
import { actionName, number } from '../parts/words.js';
import { prices } from '../state/prices.js';
import { useStore } from '../state/store.js';

/** The price list as it was configured; it changes in the environment alone. */
export function PriceTable() {
  const list = useStore(prices);
  return (
    <section class="card" aria-labelledby="prices">
      <h2 id="prices">Prices</h2>
      <Table
        columns={['Action', 'Credits']}
        empty="Loading"
        rows={[...(list ?? [])].map(([action, price]) => ({
          key: action,
          cells: [
            <span>
              {actionName(action)} <code class="soft">{action}</code>
            </span>,
            number(price),
          ],
        }))}
      />
    </section>
  );
}
