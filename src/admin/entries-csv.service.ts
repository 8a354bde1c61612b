import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { History } from '../account/history.js';
import { historyAsCsv } from '../credits-http/history-csv.js';
import type { HistoryFilter } from '../credits/index.js';
import { Wallets } from '../credits/operator/index.js';

/** The ledger entries of a wallet as CSV for operators: who made each is named as it is recorded. */
@Injectable()
export class EntriesCsv {
  constructor(
    private readonly history: History,
    private readonly wallets: Wallets,
  ) {}

  /** All entries that fit the filter, or as many as its limit. */
  of(userId: string, filter: HistoryFilter): Promise<Readable> {
    const read = async (page: HistoryFilter) => {
      const { data, nextCursor } = await this.wallets.entries(userId, page);
      return { data: await this.history.more(userId, data), nextCursor };
    };
    return historyAsCsv(read, this.history.columns, filter);
  }
}
