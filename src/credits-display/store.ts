import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import type { DisplayedBalance } from './displayed-balance.js';
import type { Fence } from './fence.js';

/** A balance kept for the next readers. */
export interface Copy {
  /** Frozen, because everybody gets the same object. */
  readonly balance: DisplayedBalance;
  /** What the fence said before the balance was read. */
  readonly ticket: number;
  /** On the clock of `performance.now()`. */
  readonly diesAtMs: number;
}

/** What keyv hands to its store. */
interface Envelope {
  value: Copy;
}

export const MAX_COPIES = 50_000;

/**
 * Where cache-manager's copies lie: keyv's port for a store, over a bounded LRU, one copy a user.
 *
 * The fence is asked here, in the very moment of storing, because cache-manager comes here some turns of the
 * event loop after it was called, and a change may come in between. What concerns the fence is synchronous.
 */
export class BalanceStore {
  readonly #envelopes: LRUCache<string, Envelope>;

  constructor(
    private readonly fence: Fence,
    max = MAX_COPIES,
  ) {
    this.#envelopes = new LRUCache({ max });
  }

  get size(): number {
    return this.#envelopes.size;
  }

  copyOf(userId: string): Copy | undefined {
    return this.#envelopes.get(userId)?.value;
  }

  /** Forget a copy that is older than `version`; a copy of that very change may stay. */
  dropOlder(userId: string, version: number): void {
    const copy = this.copyOf(userId);
    if (copy !== undefined && copy.balance.version < version) this.delete(userId);
  }

  get(userId: string): Envelope | undefined {
    return this.#envelopes.get(userId);
  }

  /** False when it was not stored: the wallet changed since it was read, or a newer copy is here. */
  set(userId: string, envelope: Envelope): boolean {
    const { ticket, balance } = envelope.value;
    if (!this.fence.isCurrent(userId, ticket)) return false;
    const kept = this.copyOf(userId);
    if (kept !== undefined && kept.balance.version > balance.version) return false;
    this.#envelopes.set(userId, envelope);
    return true;
  }

  delete(userId: string): boolean {
    return this.#envelopes.delete(userId);
  }

  clear(): void {
    this.#envelopes.clear();
  }
}

/** The options that make cache-manager keep its copies there, as they are and under the user's own id. */
export function keepingIn(store: BalanceStore): { stores: Keyv[] } {
  const asTheyAre = { serialize: undefined, deserialize: undefined, useKeyPrefix: false };
  // Without throwOnErrors keyv would swallow what goes wrong.
  return { stores: [new Keyv({ store, ...asTheyAre, throwOnErrors: true, emitErrors: false })] };
}
