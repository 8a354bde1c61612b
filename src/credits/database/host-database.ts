import type { PoolConfig } from 'pg';
import type { Transaction } from '../ledger/transaction.js';

/** A transaction whose end this process is told of: TypeORM's query runner, or one of our own pool. */
export interface WatchedTransaction {
  readonly isTransactionActive: boolean;
  /** Its connection was given back, or broke. */
  readonly isReleased: boolean;
}

export type EndListener = (transaction: WatchedTransaction, committed: boolean) => void;

/** The database of the ledger, through the host's DataSource or a pool of our own. */
export interface HostDatabase extends Transaction {
  /** For further connections to it, password included. */
  readonly connection: PoolConfig;
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** false if the transaction certainly belongs to another database. */
  mayBeIn(tx: Transaction): boolean;
  /** Whether this connection of a transaction is known to lead here; absent if that cannot be told. */
  owns?(connection: object): boolean;
  /** Calls the listener at the end of every transaction that `watchedOf` knows. */
  onEnd(listener: EndListener): void;
  close(): Promise<void>;
}
