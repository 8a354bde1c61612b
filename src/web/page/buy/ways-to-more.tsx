import { hrefOf } from '../state/place.js';
import { Answered } from '../parts/answered.js';
import { useCommon } from '../state/common.js';
import { BuyButton } from './buy-button.js';
import { inOrderFor, offerList } from './offers.js';

interface WaysToMoreProps {
  /** Credits that are missing; the offer that ends the shortage is at hand. */
  shortfall: number;
  /** The operator's own shop; null: there is none; undefined: not known yet. */
  topUpUrl: string | null | undefined;
}

/** Where and how to get more credits; that there is no way is said only once it is known. */
export function WaysToMore({ shortfall, topUpUrl }: WaysToMoreProps) {
  const sold = useCommon(offerList);
  const list = sold.data;
  const [best] = inOrderFor(shortfall, list ?? []);
  const others = (list?.length ?? 0) > 1;
  return (
    <div class="ways">
      <Answered answer={sold} what="What is sold" isQuiet />
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
