import type { Balance, NextRefill } from '../credits/index.js';

/** A balance to be shown to its owner, never to be decided by. */
export interface DisplayedBalance extends Balance {
  /** Fewer credits are available than the operator calls enough. */
  low: boolean;
  /** When the next of these credits expire; null: none of them ever. */
  nextExpiryAt: string | null;
  /** When credits come by themselves, and how many; null: none do. */
  nextRefill: NextRefill | null;
  source: 'cache' | 'database';
}
