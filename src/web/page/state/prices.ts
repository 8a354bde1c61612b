import { client } from '../api/client.js';
import type { PriceList } from '../api/types.js';
import { createCommon } from './common.js';

/** Credits per call, or what is measured and what that costs. */
export type Price = number | MeasuredPrice;
export type MeasuredPrice = Extract<PriceList['prices'][number], { rates: unknown }>;

/** Without them nothing may be started. */
export const priceList = createCommon<ReadonlyMap<string, Price>>(async (signal) => {
  const list = await client.prices({ tries: 1, signal });
  return new Map(list.prices.map((price) => [price.action, 'rates' in price ? price : price.credits]));
});

/** What each action costs; null while it is not known. */
export const prices = priceList.known;

/** What it costs for certain; at a price by what is measured that is known when it is done. */
export function leastOf(price: Price): number {
  if (typeof price === 'number') return price;
  return Math.max(price.atLeast, Math.min(1, ...price.rates.map(({ credits }) => credits)));
}
