import { StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import type { Entry, HistoryFilter, Page } from '../credits/index.js';
import type { HistoryColumn } from './history.js';
import { bind, type HostResponse } from './responses.js';

const ROWS_A_PAGE = 200;

type ReadPage<T> = (filter: HistoryFilter) => Promise<Page<T>>;

/**
 * The ledger entries of a filter as CSV (RFC 4180): all of them, or as many as the filter's limit. One page is in
 * memory at a time, and the next is read when the client has taken the last. The first page is read before this
 * resolves, so what is wrong with the filter is still an error.
 */
export async function historyAsCsv<T extends Entry>(
  read: ReadPage<T>,
  columns: readonly HistoryColumn<T>[],
  filter: HistoryFilter,
): Promise<Readable> {
  const { limit = Infinity } = filter;
  const first = await read({ ...filter, limit: Math.min(limit, ROWS_A_PAGE) });
  const csv = Readable.from(linesFrom(first, columns, { ...filter, limit }, read), { objectMode: false });
  // If the client has left, nothing listens, and an error would end the process.
  return csv.on('error', () => undefined);
}

async function* linesFrom<T extends Entry>(
  first: Page<T>,
  columns: readonly HistoryColumn<T>[],
  filter: HistoryFilter & { limit: number },
  read: ReadPage<T>,
): AsyncGenerator<string> {
  yield lineOf(columns.map(({ header }) => header));
  let [page, left] = [first, filter.limit];
  for (;;) {
    const lines = page.data.map((entry) => lineOf(columns.map((column) => column.cellOf(entry))));
    if (lines.length > 0) yield lines.join('');
    left -= page.data.length;
    const cursor = page.nextCursor;
    if (cursor === null || left <= 0) return;
    page = await read({ ...filter, cursor, limit: Math.min(left, ROWS_A_PAGE) });
  }
}

function lineOf(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

/** Half a line end is quoted, too: some programs take either half for a whole one. */
function quoted(value: string | number | null | undefined): string {
  const text = typeof value === 'string' ? withoutFormulas(value) : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Matches a line that begins like a formula, even in full-width characters or after white space, quotes or invisible
 * characters.
 */
const FORMULA =
  /(?<=^|[\r\n\v\f\u0085\u2028\u2029])(?=[\s"'\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[\t\r])/gu;

/**
 * A spreadsheet runs a text that begins like a formula (OWASP, "CSV injection"). If it expects another separator than
 * the comma, it takes every line of a text for a row. An apostrophe makes it plain text.
 */
function withoutFormulas(text: string): string {
  return text.replace(FORMULA, "'");
}

/** The CSV as an answer that a browser saves. */
export function asFile(csv: Readable, response: HostResponse): StreamableFile {
  bind(csv, response);
  return new StreamableFile(csv, {
    type: 'text/csv; charset=utf-8; header=present',
    disposition: 'attachment; filename="credits.csv"',
  });
}

/** Whether a client prefers CSV to JSON; one that takes anything gets JSON. */
export function prefersCsv(accept: string | undefined): boolean {
  const quality = (type: string) => {
    const range = (accept ?? '').split(',').find((part) => part.trim().toLowerCase().startsWith(type));
    return range === undefined ? 0 : Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1);
  };
  return quality('text/csv') > 0 && quality('text/csv') >= quality('application/json');
}
