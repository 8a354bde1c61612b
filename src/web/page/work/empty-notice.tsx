import type { Balance } from '../api/types.js';
import { usePageFacts } from '../api/page-facts.js';
import { WaysToMore } from '../buy/ways-to-more.js';
import { calmBalance } from '../state/balance.js';
import { useStore } from '../state/store.js';
import { credits, moment } from '../parts/words.js';

/** What one can do with nothing left. Said only once it is known that there is nothing. */
export function EmptyNotice() {
  const { known } = useStore(calmBalance);
  return known?.available === 0 ? <WithNothing {...known} /> : null;
}

function WithNothing({ held, owed, nextRefill }: Balance) {
  const { data } = usePageFacts();
  return (
    <section class="card none-left" aria-labelledby="none-left">
      <h2 id="none-left">No credits left{held > 0 && ', the rest is on hold'}</h2>
      {owed > 0 && (
        <p>
          {credits(owed)} {owed === 1 ? 'is' : 'are'} owed, because the money for credits you used went back:
          the next purchase pays that first.
        </p>
      )}
      <p>
        Still free: reading your documents, playing your recordings, exports as plain text or JSON, and
        fetching any export again. Files that you bring now are kept, and go on by themselves when credits
        arrive.
      </p>
      {nextRefill && (
        <p>
          {credits(nextRefill.credits)} more come {moment(nextRefill.at)}.
        </p>
      )}
      <WaysToMore shortfall={1} topUpUrl={data?.topUpUrl} />
    </section>
  );
}
