import type { Balance } from '../credits/index.js';

/** A balance to be shown to its owner, never to be decided by. */
export interface DisplayedBalance extends Balance {
  /** Fewer credits are available than the operator calls enough. */
  low: boolean;
  /** When the next of these credits expire; null: none of them ever. */
  nextExpiryAt: string | null;
  source: 'cache' | 'database';
}
