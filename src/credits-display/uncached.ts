import type { Cache } from 'cache-manager';
import type { CreditsService } from '../credits/index.js';
import type { Groups } from '../credits/plumbing.js';
import { Ears } from './ears.js';
import { Fence } from './fence.js';
import { BalanceDisplay } from './reader.js';
import { WalletSignal } from './signal.js';
import { BalanceStore } from './store.js';

/** With a time to live of 0 nothing is ever kept. */
const NO_CACHE = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.reject(new Error('there is no cache')),
} as unknown as Cache;

export interface UncachedDisplay {
  display: BalanceDisplay;
  signal: WalletSignal;
  /** To be started and stopped with the application. */
  ears: Ears;
}

/** The same display for hosts without a cache: every balance is read from the database, and changes are heard. */
export function uncachedDisplay(
  credits: CreditsService,
  groups: Groups,
  lowBalanceCredits: number,
): UncachedDisplay {
  const fence = new Fence();
  const signal = new WalletSignal();
  const store = new BalanceStore(fence, 1);
  const options = { ttlSeconds: 0, lowBalanceCredits };
  const ears = new Ears(groups, fence);
  const earOf = (userId: string) => ears.of(userId);
  const display = new BalanceDisplay(credits, NO_CACHE, store, fence, signal, options, earOf);
  ears.tell(display);
  return { display, signal, ears };
}
