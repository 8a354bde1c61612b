import { Logger } from '@nestjs/common';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Outcome, Verb } from './ledger/operation.js';

/** What was done to a wallet, and the wallet it left. */
export type WalletChange = Pick<Outcome, 'amount' | 'balance' | 'held' | 'version'> & { verb: Verb };

/**
 * The wallet of a user is at this version now, or at a later one; told before the caller gets its answer. The
 * change is there when it is known to be this process's and to have happened.
 */
export type WalletChangeListener = (userId: string, version: number, change?: WalletChange) => void;

/** When nobody can say which version a wallet has now: newer than any that was seen. */
export const UNKNOWN_VERSION = Number.MAX_SAFE_INTEGER;

/**
 * Tells who keeps copies of balances that a wallet changed: at once for a change of its own, at the caller's
 * commit for one inside `{ tx }`. Until that commit's outcome is known the wallet is unsettled, and a copy of it
 * must be neither kept nor shown.
 */
export class WalletChanges {
  readonly #listeners: WalletChangeListener[] = [];
  readonly #unsettled = new Map<string, Map<QueryRunner, WalletChange[]>>();
  readonly #logger = new Logger('Credits');

  constructor(dataSource: DataSource) {
    dataSource.subscribers.push({
      afterTransactionCommit: ({ queryRunner }) => this.#settle(queryRunner, true),
      afterTransactionRollback: ({ queryRunner }) => this.#settle(queryRunner, false),
    });
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

  /** Inside a transaction: nobody else can see the change yet. */
  pending(userId: string, { queryRunner }: EntityManager, change?: WalletChange): void {
    if (queryRunner === undefined) return this.committed(userId, UNKNOWN_VERSION);
    const runners = this.#unsettled.get(userId) ?? new Map<QueryRunner, WalletChange[]>();
    const changes = runners.get(queryRunner) ?? [];
    if (change !== undefined) changes.push(change);
    this.#unsettled.set(userId, runners.set(queryRunner, changes));
  }

  isUnsettled(userId: string): boolean {
    const runners = this.#unsettled.get(userId);
    if (runners === undefined) return false;
    // A connection that broke in mid-transaction tells no end; its runner is released all the same.
    for (const runner of runners.keys()) {
      if (!runner.isReleased) continue;
      this.#forget(userId, runner);
      this.committed(userId, UNKNOWN_VERSION);
    }
    return this.#unsettled.has(userId);
  }

  #settle(runner: QueryRunner, committed: boolean): void {
    // The end of a savepoint is not the end of the transaction.
    if (runner.isTransactionActive) return;
    for (const [userId, runners] of this.#unsettled) {
      const changes = runners.get(runner);
      if (changes === undefined) continue;
      this.#forget(userId, runner);
      if (!committed) continue;
      this.committed(userId, UNKNOWN_VERSION);
      for (const change of changes) this.committed(userId, change.version, change);
    }
  }

  #forget(userId: string, runner: QueryRunner): void {
    const runners = this.#unsettled.get(userId)!;
    runners.delete(runner);
    if (runners.size === 0) this.#unsettled.delete(userId);
  }
}
