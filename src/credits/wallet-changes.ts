import { Logger } from '@nestjs/common';
import type { HostDatabase, WatchedTransaction } from './database/host-database.js';
import { watchedOf } from './database/open-transaction.js';
import type { Announcer } from './ledger/announcer.js';
import type { Outcome, Verb } from './ledger/operation.js';
import type { Transaction } from './ledger/transaction.js';
import { walletHash } from './ledger/wallet-hash.js';

/** What was done to a wallet, and the wallet it left. */
export type WalletChange = Pick<Outcome, 'amount' | 'balance' | 'held' | 'version'> & {
  verb: Verb;
  /** What of it paid at once what was owed. */
  collected: number;
};

/**
 * The wallet of a user is at this version now, or at a later one; told before the caller gets its answer. The
 * change is there when it is known to be this process's and to have happened.
 */
export type WalletChangeListener = (userId: string, version: number, change?: WalletChange) => void;

/** When nobody can say which version a wallet has now: newer than any that was seen. */
export const UNKNOWN_VERSION = Number.MAX_SAFE_INTEGER;

/** How soon other processes hear of a transaction whose connection broke. */
const BROKEN_LOOK_MS = 250;

/**
 * Tells those that keep copies of balances that a wallet changed: at once for a change of its own, at the caller's
 * commit for one inside `{ tx }`. Until that commit's outcome is known the wallet is unsettled, and a copy of it
 * must be neither kept nor shown. Other processes hear of such a commit by the announcer.
 */
export class WalletChanges {
  readonly #listeners: WalletChangeListener[] = [];
  readonly #watched = new WeakSet<object>();
  readonly #unsettled = new Map<string, Map<WatchedTransaction, WalletChange[]>>();
  readonly #logger = new Logger('Credits');
  #brokenLook: NodeJS.Timeout | undefined;

  /** `announcerOf`: who tells other processes of a user's wallet; absent: nobody here does. */
  constructor(
    private readonly announcerOf?: (userId: string) => Pick<Announcer, 'changed' | 'unsure'> | undefined,
  ) {}

  /** Hear of the end of every transaction of a database. */
  watch(database: Pick<HostDatabase, 'onEnd'>): void {
    if (this.#watched.has(database)) return;
    this.#watched.add(database);
    database.onEnd((transaction, committed) => this.#settle(transaction, committed));
  }

  subscribe(listener: WalletChangeListener): void {
    this.#listeners.push(listener);
  }

  /** Outside a transaction: the change is committed. */
  committed(userId: string, version: number, change?: WalletChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(userId, version, change);
      } catch (error) {
        this.#logger.error(`a listener to wallet changes failed: ${String(error)}`);
      }
    }
  }

  /** Whether other processes hear of this transaction's commit from here; if not, the commit itself has to tell them. */
  tellsOf(tx: Transaction): boolean {
    return this.announcerOf !== undefined && watchedOf(tx) !== undefined;
  }

  /** Inside a transaction: nobody else can see the change yet. Of a commit that is not heard of here, LISTEN tells. */
  pending(userId: string, tx: Transaction, change?: WalletChange): void {
    const transaction = watchedOf(tx);
    if (transaction === undefined) return this.committed(userId, UNKNOWN_VERSION);
    const transactions = this.#unsettled.get(userId) ?? new Map<WatchedTransaction, WalletChange[]>();
    const changes = transactions.get(transaction) ?? [];
    if (change !== undefined) changes.push(change);
    this.#unsettled.set(userId, transactions.set(transaction, changes));
    this.#brokenLook ??= setInterval(() => this.#lookForBroken(), BROKEN_LOOK_MS).unref();
  }

  isUnsettled(userId: string): boolean {
    this.#forgetBroken(userId);
    return this.#unsettled.has(userId);
  }

  /** A connection that broke in mid-transaction tells no end; it is released all the same. */
  #forgetBroken(userId: string): void {
    for (const transaction of this.#unsettled.get(userId)?.keys() ?? []) {
      if (!transaction.isReleased) continue;
      this.#forget(userId, transaction);
      this.committed(userId, UNKNOWN_VERSION);
      this.announcerOf?.(userId)?.unsure();
    }
  }

  #lookForBroken(): void {
    for (const userId of this.#unsettled.keys()) this.#forgetBroken(userId);
    if (this.#unsettled.size > 0) return;
    clearInterval(this.#brokenLook);
    this.#brokenLook = undefined;
  }

  #settle(transaction: WatchedTransaction, committed: boolean): void {
    // The end of a savepoint is not the end of the transaction.
    if (transaction.isTransactionActive) return;
    for (const [userId, transactions] of this.#unsettled) {
      const changes = transactions.get(transaction);
      if (changes === undefined) continue;
      this.#forget(userId, transaction);
      if (!committed) continue;
      this.committed(userId, UNKNOWN_VERSION);
      for (const change of changes) this.committed(userId, change.version, change);
      this.announcerOf?.(userId)?.changed(walletHash(userId), changes.at(-1)?.version ?? UNKNOWN_VERSION);
    }
  }

  #forget(userId: string, transaction: WatchedTransaction): void {
    const transactions = this.#unsettled.get(userId)!;
    transactions.delete(transaction);
    if (transactions.size === 0) this.#unsettled.delete(userId);
  }
}
