import { Injectable } from '@nestjs/common';
import { Groups } from '../groups.js';
import { toCredits } from '../ledger/safe-integer.js';
import type { Page } from '../credits.types.js';
import { pageOfActs, readActs, type ActOfOperator, type ActsFilter } from '../reads/acts.js';
import { firstOf, type Query } from '../reads/days.js';
import { readOverview, type Overview } from '../reads/overview.js';
import { together } from '../reads/overviews-together.js';
import { checkIntegrity, type IntegrityOptions, type IntegrityReport } from '../reads/integrity.js';

export interface DaysAsked {
  days: number;
  timeZone: string;
}

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
  async overview(options: DaysAsked): Promise<Overview> {
    const parts = await this.#inEach((query, schema) => readOverview(query, { schema, ...options }));
    return parts.reduce(together);
  }

  /** One page of what operators did in so many days up to now. @throws InvalidCreditsInputError */
  async acts({ days, timeZone, ...filter }: DaysAsked & ActsFilter): Promise<Page<ActOfOperator>> {
    const parts = await this.#inEach(async (query, schema) =>
      readActs(query, { schema, since: await firstOf(query, days, timeZone), ...filter }),
    );
    return pageOfActs(parts, filter);
  }

  /** How many wallets there are to check. */
  async size(): Promise<number> {
    const counts = this.groups.all().map(async ({ database }) => {
      const [row] = await database.query(`SELECT count(*) AS wallets FROM ${database.schema}.wallets`, []);
      return toCredits(row!['wallets']);
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /** On a patient connection to each group, one after the other. */
  async #inEach<T>(read: (query: Query, schema: string) => Promise<T>): Promise<T[]> {
    const parts: T[] = [];
    for (const { connection, database } of this.groups.all()) {
      const part = await connection.patiently((client) =>
        read(
          async (sql, values) => (await client.query<Record<string, unknown>>(sql, values)).rows,
          database.schema,
        ),
      );
      parts.push(part);
    }
    return parts;
  }
}
