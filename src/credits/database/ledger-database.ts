import { HOME } from '../ledger/placement.js';
import { rowsOf, type Transaction } from '../ledger/transaction.js';
import { faultInside } from './open-transaction.js';

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
    readonly schema: string = HOME,
    private readonly tx?: Transaction,
  ) {}

  async query<T = Row>(sql: string, values: unknown[]): Promise<T[]> {
    try {
      return rowsOf<T>(await this.database.query(sql, values));
    } catch (error) {
      throw faultInside(this.tx, error);
    }
  }

  /** The same ledger as the caller's transaction sees it, if there is one. */
  in(tx: Transaction | undefined): LedgerDatabase {
    return tx === undefined ? this : new LedgerDatabase(tx, this.schema, tx);
  }
}
