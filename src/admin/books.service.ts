import { Injectable } from '@nestjs/common';
import {
  LedgerConnection,
  checkIntegrity,
  type IntegrityOptions,
  type IntegrityReport,
} from '../credits/index.js';

/** The books of all wallets, checked while everything runs. */
@Injectable()
export class Books {
  constructor(private readonly connection: LedgerConnection) {}

  /** On a patient connection: a page with a long ledger in it takes more than a request's time limit. */
  check(options?: IntegrityOptions): Promise<IntegrityReport> {
    return this.connection.patiently((client) =>
      checkIntegrity(async (sql, values) => (await client.query<object>(sql, values)).rows, options),
    );
  }

  /** How many wallets there are to check. */
  async size(): Promise<number> {
    const { rows } = await this.connection.pool.query<{ wallets: string }>(
      'SELECT count(*) AS wallets FROM credits.wallets',
    );
    return Number(rows[0]!.wallets);
  }
}
