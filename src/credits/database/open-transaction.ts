import { NotATransactionError } from '../programming-errors.js';
import { sqlStateOf } from '../ledger/failures.js';
import { SQLSTATE } from '../ledger/sqlstate.js';
import type { Transaction } from '../ledger/transaction.js';
import { asUnavailable } from '../unavailable.js';
import type { WatchedTransaction } from './host-database.js';

/** What may come as `tx`, by shape: there may be several copies of an ORM, or none. */
interface Candidate extends Partial<WatchedTransaction> {
  query?: unknown;
  /** TypeORM: a manager's runner; absent outside a transaction. */
  queryRunner?: WatchedTransaction | undefined;
  /** TypeORM's managers and DataSources, and pools of every kind: they begin transactions and are none. */
  transaction?: unknown;
  /** A pool of node-postgres. */
  totalCount?: unknown;
  /** A client of node-postgres since 8.17: I is idle. */
  getTransactionStatus?: () => string | null;
}

/**
 * A transaction as it was given, if it is one.
 *
 * @throws NotATransactionError naming what is wrong with it: outside a transaction the credits would change at once,
 *   whatever became of the caller's rows
 */
export function openTransaction(tx: Transaction): Transaction {
  const candidate = tx as Candidate;
  if (typeof candidate?.query !== 'function') {
    throw new NotATransactionError('has no query(sql, values)');
  }
  const runner = runnerOf(candidate);
  if (runner !== undefined) {
    // Of one whose connection broke, its own next statement says so.
    if (!runner.isTransactionActive && !runner.isReleased)
      throw new NotATransactionError('has no transaction open');
  } else if (typeof candidate.transaction === 'function' || candidate.totalCount !== undefined) {
    throw new NotATransactionError('is not inside a transaction: pass the one that a transaction hands out');
  } else if (candidate.getTransactionStatus?.() === 'I') {
    throw new NotATransactionError('has no transaction open: BEGIN first');
  }
  return tx;
}

/** What a caller sees of an error in its own transaction, which may be one of a database that has no such ledger. */
export function faultInside(tx: Transaction | undefined, error: unknown): unknown {
  if (tx === undefined || sqlStateOf(error) !== SQLSTATE.noSuchSchema) return asUnavailable(error);
  return new NotATransactionError(
    `is one of another database than this wallet is in: ${(error as Error).message}`,
  );
}

/** The transaction whose end this process will hear of; undefined for one of another driver or ORM. */
export function watchedOf(tx: Transaction): WatchedTransaction | undefined {
  return runnerOf(tx);
}

function runnerOf(candidate: Candidate): WatchedTransaction | undefined {
  if (candidate.queryRunner !== undefined) return candidate.queryRunner;
  return candidate.isTransactionActive === undefined ? undefined : (candidate as WatchedTransaction);
}
