import type { Transaction } from './ledger/transaction.js';

/** The caller's transaction: the credit change commits or rolls back with the caller's own rows. */
export interface InTransaction {
  /** TypeORM: a manager or query runner. node-postgres: a client. Others: an object with such a `query`. */
  tx?: Transaction;
}
