import { hrefOf } from '../state/place.js';
import { useStore } from '../state/store.js';
import { BuyButton } from './buy-button.js';
import { inOrderFor, offers } from './offers.js';

interface WaysToMoreProps {
  /** Credits that are missing; the offer that ends the shortage is at hand. */
  shortfall: number;
  /** The operator's own shop; null: there is none; undefined: not known yet. */
  topUpUrl: string | null | undefined;
}

/** Where and how to get more credits; that there is no way is said only once it is known. */
export function WaysToMore({ shortfall, topUpUrl }: WaysToMoreProps) {
  const list = useStore(offers);
  const [best] = inOrderFor(shortfall, list ?? []);
  const others = (list?.length ?? 0) > 1;
  return (
    <div class="ways">
      {best !== undefined && <BuyButton key={best.offer} offer={best} />}
      {others && <a href={hrefOf('credits')}>Other offers</a>}
      {topUpUrl != null && (
        <a class="button" href={topUpUrl} target="_blank" rel="noreferrer">
          Get more credits
        </a>
      )}
      {list?.length === 0 && topUpUrl === null && (
        <p class="soft">For more credits, ask the operator of this service.</p>
      )}
    </div>
  );
}
