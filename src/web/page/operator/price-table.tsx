import type { ComponentChildren } from 'preact';
import { Answered } from '../parts/answered.js';
import { Table } from '../parts/table.js';
import { actionName, number, ratesInWords } from '../parts/words.js';
import { useCommon } from '../state/common.js';
import { priceList } from '../state/prices.js';

/** The price list as it was configured; it changes in the environment alone. */
export function PriceTable() {
  const list = useCommon(priceList);
  return (
    <section class="card" aria-labelledby="prices">
      <h2 id="prices">Prices</h2>
      <Answered
        answer={list}
        what="The price list"
        nothing="Nothing has a price."
        isNothing={(known) => known.size === 0}
      >
        {(known) => (
          <Table
            label="Prices"
            class="facts"
            columns={['Action', 'Credits']}
            rows={[...known].map(([action, price]) => ({
              key: action,
              cells: [
                <span>
                  {actionName(action)} <code class="soft">{breakable(action)}</code>
                </span>,
                typeof price === 'number' ? <span class="figure">{number(price)}</span> : ratesInWords(price),
              ],
            }))}
          />
        )}
      </Answered>
    </section>
  );
}

/** Too long for its place, it is broken between its words. */
function breakable(action: string): ComponentChildren[] {
  return action.split('_').flatMap((word, index) => (index === 0 ? [word] : ['_', <wbr />, word]));
}
