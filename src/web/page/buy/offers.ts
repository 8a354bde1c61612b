import { call } from '../api/call.js';
import type { Offer, Purchase } from '../api/types.js';
import { createStore } from '../state/store.js';

/** What is sold; null while it is not known. */
export const offers = createStore<readonly Offer[] | null>(null);

const RETRY_AFTER_MS = 2_000;

export async function loadOffers(): Promise<void> {
  try {
    offers.set((await call<{ offers: Offer[] }>('/api/credits/offers')).offers);
  } catch {
    setTimeout(() => void loadOffers(), RETRY_AFTER_MS);
  }
}

/** Packs, where there are any. The cheapest that ends a shortage comes first; of those that do not, the largest is nearest. */
export function inOrderFor(shortfall: number, list: readonly Offer[]): Offer[] {
  const suffices = ({ credits }: Offer) => credits >= shortfall;
  const packs = list.filter(({ kind }) => kind === 'pack');
  return [...(packs.length > 0 ? packs : list)].sort((a, b) => {
    if (suffices(a) !== suffices(b)) return suffices(a) ? -1 : 1;
    return suffices(a) ? a.amount - b.amount : b.credits - a.credits;
  });
}

/** The demo is this server, by whatever name of this machine the page was opened. */
export function hereIfDemo(url: string): string {
  const { pathname } = new URL(url);
  return pathname.startsWith('/demo-checkout/') ? pathname : url;
}

/** Begins, and goes where it is paid. The same key tried again is the same checkout. */
export async function goAndBuy(offer: string, idempotencyKey: string): Promise<void> {
  const { url } = await call<Purchase>('/api/credits/purchases', {
    method: 'POST',
    json: { offer },
    headers: { 'idempotency-key': idempotencyKey },
  });
  location.assign(hereIfDemo(url!));
}
