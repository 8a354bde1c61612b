import { calmBalance, leftAfter } from '../state/balance.js';
import { prices, type Price as Known } from '../state/prices.js';
import { useStore } from '../state/store.js';
import { credits, ratesInWords, shortNumber } from './words.js';

/** What an action costs; undefined is not known (yet). Null stands for whatever is free. */
export function usePrice(action: string | null): Known | undefined {
  const list = useStore(prices);
  return action === null ? 0 : list?.get(action);
}

export function priceWords(price: Known | undefined): string {
  if (price === undefined) return 'price loading';
  if (typeof price === 'object') return ratesInWords(price);
  return price === 0 ? 'free' : credits(price);
}

/** What a click costs and what remains after it. */
export function Price({ action }: { action: string | null }) {
  const price = usePrice(action);
  return (
    <span class="price">
      <strong>{priceWords(price)}</strong>
      {typeof price === 'number' && price > 0 && <After price={price} />}
    </span>
  );
}

function After({ price }: { price: number }) {
  const { known } = useStore(calmBalance);
  if (known === null) return null;
  const after = leftAfter(known, price);
  return (
    <span class={after < 0 ? 'missing' : 'after'}>
      {after < 0 ? `${shortNumber(-after)} missing` : `${shortNumber(after)} left after`}
    </span>
  );
}
