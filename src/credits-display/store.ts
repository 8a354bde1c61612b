import { LRUCache } from 'lru-cache';
import { walletHash } from '../credits/plumbing.js';
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
 * Where cache-manager's copies lie: keyv's port for a store, over a bounded LRU, one copy a wallet. Under its hash, by
 * which changes are told; of two users whose wallets hash alike only the latest has a copy.
 *
 * The fence is asked here, in the very moment of storing, because cache-manager comes here some turns of the
 * event loop after it was called, and a change may come in between. What concerns the fence is synchronous.
 */
export class BalanceStore {
  readonly #envelopes: LRUCache<number, Envelope>;

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
    return this.get(userId)?.value;
  }

  /** Forget a copy that is older than `version`, and answer whose; a copy of that very change may stay. */
  dropOlder(wallet: number, version: number): string | undefined {
    const balance = this.#envelopes.get(wallet)?.value.balance;
    if (balance !== undefined && balance.version < version) this.#envelopes.delete(wallet);
    return balance?.userId;
  }

  get(userId: string): Envelope | undefined {
    const envelope = this.#envelopes.get(walletHash(userId));
    return envelope?.value.balance.userId === userId ? envelope : undefined;
  }

  /** False when it was not stored: the wallet changed since it was read, or a newer copy is here. */
  set(userId: string, envelope: Envelope): boolean {
    const { ticket, balance } = envelope.value;
    if (!this.fence.isCurrent(userId, ticket)) return false;
    const kept = this.copyOf(userId);
    if (kept !== undefined && kept.balance.version > balance.version) return false;
    this.#envelopes.set(walletHash(userId), envelope);
    return true;
  }

  delete(userId: string): boolean {
    return this.#envelopes.delete(walletHash(userId));
  }

  clear(): void {
    this.#envelopes.clear();
  }
}
