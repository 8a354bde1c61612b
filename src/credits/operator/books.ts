import { Injectable } from '@nestjs/common';
import { Groups } from '../groups.js';
import { toCredits } from '../ledger/safe-integer.js';
import { readOverview, type Overview } from '../reads/overview.js';
import { together } from '../reads/overviews-together.js';
import { checkIntegrity, type IntegrityOptions, type IntegrityReport } from '../reads/integrity.js';

/** The books of all wallets, checked while everything runs. */
@Injectable()
export class Books {
  constructor(private readonly groups: Groups) {}

  /** On a patient connection: a page with a long ledger in it takes more than a request's time limit. */
  async check({ onProgress, ...options }: IntegrityOptions = {}): Promise<IntegrityReport> {
    const whole: IntegrityReport = { ok: true, wallets: 0, entries: 0, differences: [] };
    for (const { connection, database } of this.groups.all()) {
      const { schema } = database;
      const before = whole.wallets;
      const part = await connection.patiently((client) =>
        checkIntegrity(async (sql, values) => (await client.query<object>(sql, values)).rows, {
          schema,
          ...options,
          onProgress: (wallets) => onProgress?.(before + wallets),
        }),
      );
      whole.ok &&= part.ok;
      whole.wallets += part.wallets;
      whole.entries += part.entries;
      whole.differences.push(...part.differences);
    }
    return whole;
  }

  /** All books in figures, for so many days up to now, each as its time zone has it. */
  async overview(options: { days: number; timeZone: string }): Promise<Overview> {
    const parts: Overview[] = [];
    for (const { connection, database } of this.groups.all()) {
      const { schema } = database;
      const part = await connection.patiently((client) =>
        readOverview(async (sql, values) => (await client.query<Record<string, unknown>>(sql, values)).rows, {
          schema,
          ...options,
        }),
      );
      parts.push(part);
    }
    return parts.reduce(together);
  }

  /** How many wallets there are to check. */
  async size(): Promise<number> {
    const counts = this.groups.all().map(async ({ database }) => {
      const [row] = await database.query(`SELECT count(*) AS wallets FROM ${database.schema}.wallets`, []);
      return toCredits(row!['wallets']);
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }
}
