import { rowsOf, type Transaction } from '../ledger/transaction.js';
import { NotATransactionError } from '../programming-errors.js';
import type { Group } from '../groups.js';
import type { HostDatabase } from './host-database.js';
import type { LedgerDatabase } from './ledger-database.js';
import { openTransaction } from './open-transaction.js';

/** By the time at which its server was started, whatever its address is called on the way to it. */
const WHICH = `SELECT oid::text || ' ' || extract(epoch FROM pg_postmaster_start_time()) AS which
                 FROM pg_database WHERE datname = current_database()`;

/** Other DataSources, and clients of node-postgres, that were seen to lead to a host's database. */
const seen = new WeakMap<HostDatabase, WeakSet<object>>();

/**
 * A transaction may be one of a second DataSource, or of a client of node-postgres. Where that leads to another database
 * that has credits as well, those would be charged; so it is asked, once.
 *
 * @throws NotATransactionError
 */
export async function requireSameDatabase(host: HostDatabase, tx: Transaction): Promise<void> {
  const { connection } = tx as { connection?: object };
  if (connection === undefined || (host.owns?.(connection) ?? true)) return;
  const same = seen.get(host) ?? new WeakSet();
  if (same.has(connection)) return;
  const [here, there] = await Promise.all([host, tx].map(whichOf));
  if (here !== there) throw new NotATransactionError('is one of another database than this wallet is in');
  seen.set(host, same.add(connection));
}

/** A group's ledger as the caller's transaction sees it, if there is one. @throws NotATransactionError */
export async function ledgerIn({ database, connection }: Group, tx?: Transaction): Promise<LedgerDatabase> {
  if (tx !== undefined) await requireSameDatabase(connection.host, openTransaction(tx));
  return database.in(tx);
}

async function whichOf(database: Transaction): Promise<string> {
  return rowsOf<{ which: string }>(await database.query(WHICH, []))[0]!.which;
}
