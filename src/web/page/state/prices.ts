import { call } from '../api/call.js';
import type { PriceList } from '../api/types.js';
import { createStore } from './store.js';

/** What each action costs; null while it is not known. */
export const prices = createStore<ReadonlyMap<string, number> | null>(null);

const RETRY_AFTER_MS = 2_000;

/** Asks until there is an answer: without prices nothing may be started. */
export async function loadPrices(): Promise<void> {
  try {
    const list = await call<PriceList>('/api/credits/prices');
    prices.set(new Map(list.prices.map(({ action, credits }) => [action, credits])));
  } catch {
    setTimeout(() => void loadPrices(), RETRY_AFTER_MS);
  }
}
