import type { CreditsClient } from './client.js';
import type { ShownBalance } from './live-balance.js';
import { newKey } from './send.js';
import type { PriceList, Purchase } from './types.js';

/** The hooks of React, of `preact/hooks` or of `preact/compat`. */
export interface Hooks {
  useState: <T>(initial: T | (() => T)) => [T, (next: T) => void];
  useEffect: (effect: () => (() => void) | void, inputs: readonly unknown[]) => void;
}

/** An answer, or the reason why there is none; both null while it is on its way. */
export interface Asked<T> {
  data: T | null;
  problem: Error | null;
}

export interface Buying {
  /** As last read; null before there is one. */
  purchase: Purchase | null;
  problem: Error | null;
  isBusy: boolean;
  /** Begins a purchase; the user pays at `purchase.url`. Resolves with null if that failed: see `problem`. */
  buy: (offer: string) => Promise<Purchase | null>;
}

export interface CreditsHooks {
  /** The balance, kept up to date while a component shows it. */
  useBalance: (client: CreditsClient) => ShownBalance;
  usePrices: (client: CreditsClient) => Asked<PriceList>;
  /** Begins a purchase and follows it until it is decided; with `id`, follows one that was begun before. */
  usePurchase: (client: CreditsClient, id?: string) => Buying;
}

const FIRST_LOOK_MS = 1_500;
const LONGEST_LOOK_MS = 15_000;

/** Makes the hooks from those of your library; `creditgate/react` has them ready for React. */
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

/** Reads the purchase until it is decided, less and less often: each read may ask the payment provider. */
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
