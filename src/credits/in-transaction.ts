import type { Transaction } from './ledger/transaction.js';

/** The caller's transaction: the credit change commits or rolls back with the caller's own rows. */
export interface InTransaction {
  /** Of TypeORM a manager or query runner, of node-postgres a client; of others, what has their `query`. */
  tx?: Transaction;
}
