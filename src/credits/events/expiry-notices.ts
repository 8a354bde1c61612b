import { Logger } from '@nestjs/common';
import type { LedgerDatabase } from '../database/ledger-database.js';
import type { Groups } from '../groups.js';
import { Recurring } from '../upkeep/recurring.js';

const SWEEP_EVERY_MS = 30_000;
const PAGE_SIZE = 500;

/** Finds grants whose notice is due, independently of charges. One of several instances does it, a page at a time. */
export class ExpiryNotices {
  readonly #logger = new Logger('Events');
  readonly #sweeps = new Recurring(
    async () => void (await this.sweep()),
    SWEEP_EVERY_MS,
    (error) => this.#logger.warn(`notices of expiry wait: ${String(error)}`),
  );

  constructor(private readonly groups: Groups) {}

  start(): void {
    this.#sweeps.start();
    this.#sweeps.wake();
  }

  stop(): Promise<void> {
    return this.#sweeps.stop();
  }

  /** Answers how many grants it looked at. */
  async sweep(): Promise<number> {
    let looked = 0;
    for (const { database } of this.groups.present()) looked += await this.#sweepOne(database);
    return looked;
  }

  async #sweepOne(database: LedgerDatabase): Promise<number> {
    const sql = `SELECT ${database.schema}.tell_expiring($1) AS looked`;
    for (let all = 0; ;) {
      const [row] = await database.query<{ looked: number }>(sql, [PAGE_SIZE]);
      all += row!.looked;
      if (row!.looked < PAGE_SIZE || this.#sweeps.isOver) return all;
    }
  }
}
