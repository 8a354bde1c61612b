import { Readable } from 'node:stream';
import type { Entry, HistoryFilter, Page } from '../credits/index.js';
import { toCsvLine } from './csv.js';

const COLUMNS = [
  'id',
  'version',
  'kind',
  'amount',
  'balanceAfter',
  'action',
  'reason',
  'actor',
  'holdId',
  'reverses',
  'priceVersion',
  'createdAt',
  'refunded',
] as const satisfies (keyof Entry)[];

const ROWS_A_PAGE = 200;

/**
 * The ledger entries of a filter as CSV, one page in memory at a time: all of them, or as many as the filter's
 * limit. The first page is read before this resolves, so what is wrong with the filter is still an error.
 */
export async function historyAsCsv(
  read: (filter: HistoryFilter) => Promise<Page<Entry>>,
  filter: HistoryFilter,
): Promise<Readable> {
  const { limit = ROWS_A_PAGE } = filter;
  const first = await read({ ...filter, limit });
  return Readable.from(
    (async function* () {
      yield toCsvLine(COLUMNS) + toLines(first);
      let cursor = filter.limit === undefined ? first.nextCursor : null;
      while (cursor !== null) {
        const page = await read({ ...filter, limit, cursor });
        yield toLines(page);
        cursor = page.nextCursor;
      }
    })(),
  );
}

function toLines({ data }: Page<Entry>): string {
  return data.map((entry) => toCsvLine(COLUMNS.map((column) => entry[column]))).join('');
}
