import type { Cache } from 'cache-manager';
import type { CreditsService } from '../credits/index.js';
import type { LedgerConnection } from '../credits/plumbing.js';
import { Fence } from './fence.js';
import { WalletListener } from './listener.js';
import { BalanceDisplay } from './reader.js';
import { WalletSignal } from './signal.js';
import { BalanceStore } from './store.js';

/** With a time to live of 0 nothing is ever kept. */
const NO_CACHE = { set: () => Promise.reject(new Error('there is no cache')) } as unknown as Cache;

export interface UncachedDisplay {
  display: BalanceDisplay;
  signal: WalletSignal;
  /** To be started and stopped with the application; undefined where no database tells of changes. */
  listener: WalletListener | undefined;
}

/** The same display for hosts without a cache: every balance is read from the database, and changes are heard. */
export function uncachedDisplay(
  credits: CreditsService,
  { direct, pool }: Partial<LedgerConnection>,
  lowBalanceCredits: number,
): UncachedDisplay {
  const fence = new Fence();
  const signal = new WalletSignal();
  const options = { ttlSeconds: 0, lowBalanceCredits };
  const display = new BalanceDisplay(credits, NO_CACHE, new BalanceStore(fence, 1), fence, signal, options);
  const hears = direct !== undefined && pool !== undefined;
  return { display, signal, listener: hears ? new WalletListener(direct, pool, display, fence) : undefined };
}
