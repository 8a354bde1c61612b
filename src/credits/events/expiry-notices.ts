import { Logger } from '@nestjs/common';
import type { LedgerDatabase } from '../database/ledger-database.js';
import type { Groups } from '../groups.js';

const SWEEP_EVERY_MS = 30_000;
const PAGE_SIZE = 500;

/** Finds grants whose notice is due, apart from any charge. Of several instances one does it, a page at a time. */
export class ExpiryNotices {
  readonly #logger = new Logger('Events');
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #isOver = false;

  constructor(private readonly groups: Groups) {}

  start(): void {
    this.#timer = setInterval(() => this.#begin(), SWEEP_EVERY_MS).unref();
    this.#begin();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#timer);
    await this.#sweeping;
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
      if (row!.looked < PAGE_SIZE || this.#isOver) return all;
    }
  }

  #begin(): void {
    this.#sweeping ??= this.sweep()
      .then(() => undefined)
      .catch((error: unknown) => this.#logger.warn(`notices of expiry wait: ${String(error)}`))
      .finally(() => (this.#sweeping = undefined));
  }
}
