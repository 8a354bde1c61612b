import type { Transaction } from './ledger/ledger.js';
import { asUnavailable } from './unavailable.js';

type Row = Record<string, unknown>;

/** A ledger as it is read: the schema it lives in, and a way to ask there. Its statements name that schema and no other. */
export interface ReadableLedger {
  readonly schema: string;
  /** @throws CreditsUnavailableError, CreditsOverloadedError */
  query<T = Row>(sql: string, values: unknown[]): Promise<T[]>;
}

/** The host's database as a ledger is read there, outside the ledger's own few connections. */
export class LedgerDatabase implements ReadableLedger {
  constructor(
    private readonly database: Transaction,
    readonly schema = 'credits',
  ) {}

  query<T = Row>(sql: string, values: unknown[]): Promise<T[]> {
    return askDatabase<T>(this.database, sql, values);
  }

  /** The same ledger as the caller's transaction sees it, if there is one. */
  in(tx: Transaction | undefined): LedgerDatabase {
    return tx === undefined ? this : new LedgerDatabase(tx, this.schema);
  }
}

/** @throws CreditsUnavailableError, CreditsOverloadedError */
export async function askDatabase<T>(database: Transaction, sql: string, values: unknown[]): Promise<T[]> {
  try {
    return rowsOf<T>(await database.query(sql, values));
  } catch (error) {
    throw asUnavailable(error);
  }
}

/** `pg` answers an object with rows; TypeORM the rows of a SELECT, and of an UPDATE that returns some these and their count. */
function rowsOf<T>(answer: unknown): T[] {
  const rows = Array.isArray(answer) ? (answer as unknown[]) : (answer as { rows: unknown[] }).rows;
  return (Array.isArray(rows[0]) ? rows[0] : rows) as T[];
}
