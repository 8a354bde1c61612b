import { counted, credits, number } from '../parts/words.js';
import { calmBalance, leftAfter } from '../state/balance.js';
import { prices } from '../state/prices.js';
import { useStore } from '../state/store.js';
import { accept, costsOf, isMeasured, offered, thatFit, type Offer } from './offer.js';

/** What many files cost together and what they leave, before any of them starts. */
export function QuoteBar({ offer }: { offer: Offer }) {
  const { known } = useStore(calmBalance);
  const costs = costsOf(offer, useStore(prices));
  const { files } = offer;
  const total = costs?.reduce((sum, cost) => sum + cost, 0) ?? null;
  const left = total === null || known === null ? null : leftAfter(known, total);
  const [atLeast, atMost] = isMeasured(offer) ? ['at least ', 'at most '] : ['', ''];
  const fitting = left !== null && left < 0 ? thatFit(files, costs!, known!.available) : null;
  return (
    <div class="quote" role="group" aria-label="Before they start">
      <p>
        <strong>{counted(files.length, 'file')}</strong> ·{' '}
        {total === null ? (
          'price loading'
        ) : (
          <strong>
            {atLeast}
            {credits(total)}
          </strong>
        )}
        {left !== null &&
          (left < 0 ? ` · ${atLeast}${number(-left)} missing` : ` · leaves ${atMost}${number(left)}`)}
      </p>
      <div class="actions">
        <button type="button" disabled={total === null} onClick={() => accept(files, offer)}>
          Start
        </button>
        {fitting !== null && fitting.length > 0 && (
          <button type="button" class="quiet" onClick={() => accept(fitting, offer)}>
            Only what fits: {number(fitting.length)}
          </button>
        )}
        <button type="button" class="quiet" onClick={() => offered.set(null)}>
          Leave it
        </button>
      </div>
    </div>
  );
}
