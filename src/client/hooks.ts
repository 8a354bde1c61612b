import type { CreditsClient } from './client.js';
import type { ShownBalance } from './live-balance.js';
import { newKey } from './send.js';
import type { PriceList, Purchase } from './types.js';

/** What React has, and Preact: its hooks, or those of `preact/compat`. */
export interface Hooks {
  useState: <T>(initial: T | (() => T)) => [T, (next: T) => void];
  useEffect: (effect: () => (() => void) | void, inputs: readonly unknown[]) => void;
}

/** What came of asking: nothing yet, an answer, or why there is none. */
export interface Asked<T> {
  data: T | null;
  problem: Error | null;
}

export interface Buying {
  /** As it stands; null before there is one. */
  purchase: Purchase | null;
  problem: Error | null;
  isBusy: boolean;
  /** Begins it, and answers where it is paid: `location.assign(purchase.url)`. Null: see `problem`. */
  buy: (offer: string) => Promise<Purchase | null>;
}

export interface CreditsHooks {
  /** The balance, told of every change while somebody shows it. */
  useBalance: (client: CreditsClient) => ShownBalance;
  usePrices: (client: CreditsClient) => Asked<PriceList>;
  /** Buys, and follows what was bought: here, or before the buyer came back, by its id. */
  usePurchase: (client: CreditsClient, id?: string) => Buying;
}

const FIRST_LOOK_MS = 1_500;
const LONGEST_LOOK_MS = 15_000;

/** The hooks for whichever library renders: `creditgate/react` has them for React. */
export function creditsHooks({ useEffect, useState }: Hooks): CreditsHooks {
  function useBalance(client: CreditsClient): ShownBalance {
    const [shown, show] = useState(() => client.live.get());
    useEffect(() => {
      show(client.live.get());
      const unwatch = client.live.watch(show);
      const stop = client.live.follow();
      return () => {
        unwatch();
        stop();
      };
    }, [client]);
    return shown;
  }

  function usePrices(client: CreditsClient): Asked<PriceList> {
    const [asked, put] = useState<Asked<PriceList>>({ data: null, problem: null });
    useEffect(() => {
      const { signal, abort } = untilGone();
      client.prices({ signal, tries: Infinity }).then(
        (data) => put({ data, problem: null }),
        (problem: Error) => !signal.aborted && put({ data: null, problem }),
      );
      return abort;
    }, [client]);
    return asked;
  }

  function usePurchase(client: CreditsClient, id?: string): Buying {
    const [state, put] = useState<Omit<Buying, 'buy'>>({ purchase: null, problem: null, isBusy: false });
    const [unanswered] = useState<{ offer: string | null; key: string }>({ offer: null, key: '' });
    const followed = state.purchase?.id ?? id;
    useEffect(() => {
      const { signal, abort } = untilGone();
      if (followed !== undefined) {
        void follow(client, followed, signal, (purchase) => put({ purchase, problem: null, isBusy: false }));
      }
      return abort;
    }, [client, followed]);
    const buy = async (offer: string) => {
      // The same thing tried again after no answer is the same checkout.
      if (unanswered.offer !== offer) Object.assign(unanswered, { offer, key: newKey() });
      put({ ...state, problem: null, isBusy: true });
      try {
        const purchase = await client.buy(offer, { idempotencyKey: unanswered.key });
        unanswered.offer = null;
        put({ purchase, problem: null, isBusy: false });
        return purchase;
      } catch (problem) {
        put({ ...state, problem: problem as Error, isBusy: false });
        return null;
      }
    };
    return { ...state, buy };
  }

  return { useBalance, usePrices, usePurchase };
}

/** Looks until it is decided, ever more seldom: each look may ask the payment provider. */
async function follow(
  client: CreditsClient,
  id: string,
  signal: AbortSignal,
  show: (purchase: Purchase) => void,
): Promise<void> {
  for (let looks = 0; !signal.aborted; looks += 1) {
    const purchase = await client.purchase(id, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    if (purchase !== undefined) show(purchase);
    if (purchase !== undefined && purchase.state !== 'open') return;
    const ms = Math.min(LONGEST_LOOK_MS, FIRST_LOOK_MS * 1.3 ** looks);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}

function untilGone(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
