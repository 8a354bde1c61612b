import { client } from '../api/client.js';
import type { PriceList } from '../api/types.js';
import { createStore } from './store.js';

/** Credits per call, or what is measured and what that costs. */
export type Price = number | MeasuredPrice;
export type MeasuredPrice = Extract<PriceList['prices'][number], { rates: unknown }>;

/** What each action costs; null while it is not known. */
export const prices = createStore<ReadonlyMap<string, Price> | null>(null);

const RETRY_AFTER_MS = 2_000;

/** Asks until there is an answer: without prices nothing may be started. */
export async function loadPrices(): Promise<void> {
  try {
    const list = await client.prices({ tries: 1 });
    prices.set(new Map(list.prices.map((price) => [price.action, 'rates' in price ? price : price.credits])));
  } catch {
    setTimeout(() => void loadPrices(), RETRY_AFTER_MS);
  }
}

/** What it costs for certain; at a price by what is measured that is known when it is done. */
export function leastOf(price: Price): number {
  if (typeof price === 'number') return price;
  return Math.max(price.atLeast, Math.min(1, ...price.rates.map(({ credits }) => credits)));
}
