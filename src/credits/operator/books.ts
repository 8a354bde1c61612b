import { Injectable } from '@nestjs/common';
import { LedgerConnection } from '../ledger-connection.js';
import { LedgerDatabase } from '../database/ledger-database.js';
import { toCredits } from '../ledger/operation.js';
import { readOverview, type Overview } from '../reads/overview.js';
import { checkIntegrity, type IntegrityOptions, type IntegrityReport } from '../reads/integrity.js';

/** The books of all wallets, checked while everything runs. */
@Injectable()
export class Books {
  constructor(
    private readonly connection: LedgerConnection,
    private readonly database: LedgerDatabase,
  ) {}

  /** On a patient connection: a page with a long ledger in it takes more than a request's time limit. */
  check(options?: IntegrityOptions): Promise<IntegrityReport> {
    const { schema } = this.database;
    return this.connection.patiently((client) =>
      checkIntegrity(async (sql, values) => (await client.query<object>(sql, values)).rows, {
        schema,
        ...options,
      }),
    );
  }

  /** All books in figures, for so many days up to now, each as its time zone has it. */
  overview(options: { days: number; timeZone: string }): Promise<Overview> {
    const { schema } = this.database;
    return this.connection.patiently((client) =>
      readOverview(async (sql, values) => (await client.query<Record<string, unknown>>(sql, values)).rows, {
        schema,
        ...options,
      }),
    );
  }

  /** How many wallets there are to check. */
  async size(): Promise<number> {
    const [row] = await this.database.query(
      `SELECT count(*) AS wallets FROM ${this.database.schema}.wallets`,
      [],
    );
    return toCredits(row!['wallets']);
  }
}
