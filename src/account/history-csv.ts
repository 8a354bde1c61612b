import { stringify } from 'csv-stringify';
import { Readable, pipeline } from 'node:stream';
import type { HistoryFilter, Page } from '../credits/index.js';
import type { HistoryEntry } from './history.js';

const ENTRY_COLUMNS = [
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
] as const satisfies (keyof HistoryEntry)[];

/** New ones come last: a client may count them. */
const COLUMNS = [
  ...ENTRY_COLUMNS.map((key) => ({ key, header: key })),
  { key: 'artefact.kind', header: 'artefactKind' },
  { key: 'artefact.id', header: 'artefactId' },
  { key: 'description', header: 'description' },
  { key: 'owedAfter', header: 'owedAfter' },
];

const ROWS_A_PAGE = 200;

type ReadPage = (filter: HistoryFilter) => Promise<Page<HistoryEntry>>;

/**
 * The ledger entries of a filter as CSV (RFC 4180): all of them, or as many as the filter's limit. One page is in
 * memory at a time, and the next is read when the client has taken the last. The first page is read before this
 * resolves, so what is wrong with the filter is still an error.
 */
export async function historyAsCsv(read: ReadPage, filter: HistoryFilter): Promise<Readable> {
  const { limit = Infinity } = filter;
  const first = await read({ ...filter, limit: Math.min(limit, ROWS_A_PAGE) });
  const lines = stringify({
    header: true,
    columns: COLUMNS,
    record_delimiter: 'windows',
    // Of itself it quotes for the line end of this file alone, and not for half of it.
    quoted_match: /[\r\n]/,
    cast: { string: withoutFormulas },
  });
  // The reader of the lines sees their errors; here nobody would.
  return pipeline(Readable.from(entriesFrom(first, limit, read, filter)), lines, () => undefined);
}

/** Where a line of a text begins like a formula, also in wide signs, behind white space, quotes or nothing to see. */
const FORMULA =
  /(?<=^|[\r\n\v\f\u0085\u2028\u2029])(?=[\s"'\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[\t\r])/gu;

/**
 * A spreadsheet takes a text that begins like a formula for one and runs it (OWASP, "CSV injection"), and where it
 * expects another separator than the comma, it takes every line of a text for a row. An apostrophe makes it a text.
 */
function withoutFormulas(text: string): string {
  return text.replace(FORMULA, "'");
}

async function* entriesFrom(
  first: Page<HistoryEntry>,
  limit: number,
  read: ReadPage,
  filter: HistoryFilter,
): AsyncGenerator<HistoryEntry> {
  let [page, left] = [first, limit];
  for (;;) {
    yield* page.data;
    left -= page.data.length;
    const cursor = page.nextCursor;
    if (cursor === null || left <= 0) return;
    page = await read({ ...filter, cursor, limit: Math.min(left, ROWS_A_PAGE) });
  }
}

/** Whether a client prefers CSV to JSON; one that takes anything gets JSON. */
export function prefersCsv(accept: string | undefined): boolean {
  const quality = (type: string) => {
    const range = (accept ?? '').split(',').find((part) => part.trim().toLowerCase().startsWith(type));
    return range === undefined ? 0 : Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1);
  };
  return quality('text/csv') > 0 && quality('text/csv') >= quality('application/json');
}
