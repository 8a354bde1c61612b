import type { Balance, Charge } from '../api/types.js';
import { createStore } from './store.js';

/** loading: not known yet. live: told of every change. stale: may be older than what is true. offline: no server. */
export type Connection = 'loading' | 'live' | 'stale' | 'offline';

export interface ShownBalance {
  /** Null is unknown, which is not zero. */
  known: Balance | null;
  connection: Connection;
}

const UNKNOWN: ShownBalance = { known: null, connection: 'loading' };

export const balance = createStore<ShownBalance>(UNKNOWN);

/** The highest version wins, never the last to arrive. */
export function show(next: Balance): void {
  const { known, connection } = balance.get();
  if (known === null || next.version >= known.version) balance.set({ known: next, connection });
}

/** A paid answer knows the balance too, and is often the first to. */
export function showCharge({ available, held, balance: owned, version }: Charge): void {
  const { low = false, owed = 0, nextExpiryAt = null, nextRefill = null } = balance.get().known ?? {};
  show({ available, held, balance: owned, owed, version, low, nextExpiryAt, nextRefill });
}

export function mark(connection: Connection): void {
  const { known, connection: before } = balance.get();
  const next = connection === 'stale' && known === null ? 'loading' : connection;
  if (next !== before) balance.set({ known, connection: next });
}

export function forget(): void {
  balance.set(UNKNOWN);
}
