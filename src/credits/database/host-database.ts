import type { PoolConfig } from 'pg';
import type { Transaction } from '../ledger/transaction.js';

/** A transaction whose end this process hears of: TypeORM's query runner, or one of a pool of our own. */
export interface WatchedTransaction {
  readonly isTransactionActive: boolean;
  /** Its connection was given back, or broke. */
  readonly isReleased: boolean;
}

export type EndListener = (transaction: WatchedTransaction, committed: boolean) => void;

/** The database in which the ledger lives, by way of the host's DataSource or of a pool of our own. */
export interface HostDatabase extends Transaction {
  /** To connect to it once more, password included. */
  readonly connection: PoolConfig;
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** False: the transaction is certainly one of another database. */
  mayBeIn(tx: Transaction): boolean;
  /** Whether what a transaction calls its connection is known to lead here; absent: nobody can tell. */
  owns?(connection: object): boolean;
  /** Told of the end of every transaction that `watchedOf` knows. */
  onEnd(listener: EndListener): void;
  close(): Promise<void>;
}
