import { client } from '../api/client.js';
import type { Offer } from '../api/types.js';
import { createCommon } from '../state/common.js';

export const offerList = createCommon<readonly Offer[]>((signal) => client.offers({ tries: 1, signal }));

/** What is sold; null while it is not known. */
export const offers = offerList.known;

/** Packs, where there are any, in the order of the 402: where all have one currency the cheapest that ends a shortage comes first. */
export function inOrderFor(shortfall: number, list: readonly Offer[]): Offer[] {
  const suffices = ({ credits }: Offer) => credits >= shortfall;
  const packs = list.filter(({ kind }) => kind === 'pack');
  const all = packs.length > 0 ? packs : list;
  const cost = new Set(all.map(({ currency }) => currency)).size > 1 ? 'credits' : 'amount';
  return [...all].sort((a, b) => {
    if (suffices(a) !== suffices(b)) return suffices(a) ? -1 : 1;
    return suffices(a) ? a[cost] - b[cost] : b.credits - a.credits;
  });
}

/** The demo is this server, by whatever name of this machine the page was opened. */
export function hereIfDemo(url: string): string {
  const { pathname } = new URL(url);
  return pathname.startsWith('/demo-checkout/') ? pathname : url;
}

/** Begins, and goes where it is paid. The same key tried again is the same checkout. */
export async function goAndBuy(offer: string, idempotencyKey: string): Promise<void> {
  const { url } = await client.buy(offer, { idempotencyKey });
  location.assign(hereIfDemo(url!));
}
