import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { Page } from '../credits/index.js';
import { printable, printableJson } from '../problems/printable.js';
import { ProgressBars } from './progress-bars.js';
import { UsageError } from './usage-error.js';
import { type OutputOptions } from './usage.js';

/** An act of at least this many credits is confirmed. */
export const LARGE_CREDITS = 10_000;

/** Prints an answer on standard output: JSON for programs, lines for people. */
export function print(answer: object, { json = false }: OutputOptions, lines: () => string[]): void {
  process.stdout.write(
    json ? `${printableJson(JSON.stringify(answer))}\n` : `${lines().map(printable).join('\n')}\n`,
  );
}

/** Prints a long answer piece by piece, no faster than it is read: unchanged to a file, printable to a terminal. */
export async function printPieces(pieces: Readable): Promise<void> {
  const { isTTY } = process.stdout;
  for await (const piece of pieces.setEncoding('utf8') as AsyncIterable<string>) {
    const text = isTTY ? piece.split('\r\n').map(printable).join('\r\n') : piece;
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  }
}

export type TableRow = Record<string, string | number | null>;

/** Columns as wide as their widest cell; numbers are aligned right, with thousands separated. */
export function table(rows: readonly TableRow[]): string[] {
  if (rows.length === 0) return ['  none'];
  const columns = Object.keys(rows[0]!);
  const cell = (row: TableRow, column: string) => printable((row[column] ?? '').toLocaleString('en'));
  const width = (column: string) => Math.max(column.length, ...rows.map((row) => cell(row, column).length));
  const line = (row: TableRow) =>
    columns
      .map((column) => {
        const text = cell(row, column);
        return typeof row[column] === 'number' ? text.padStart(width(column)) : text.padEnd(width(column));
      })
      .join('  ');
  const head = Object.fromEntries(columns.map((column) => [column, column]));
  return [head, ...rows].map((row) => `  ${line(row)}`.trimEnd());
}

/** Prints a page of a list and, if there are more, the command for the next one. */
export function pageLines<T>(
  { data, nextCursor }: Page<T>,
  rowOf: (item: T) => TableRow,
  goOn = '--cursor',
): string[] {
  return [...table(data.map(rowOf)), ...(nextCursor === null ? [] : [`  more with ${goOn} ${nextCursor}`])];
}

/**
 * Ask before something large; nothing is asked with `--yes`.
 *
 * @throws UsageError when it is not confirmed, also when there is nobody to ask
 */
export async function confirm(question: string, { yes = false }: OutputOptions): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new UsageError(`${question} Nobody is here to ask: say --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${printable(question)} Type yes to go on: `);
    if (answer.trim().toLowerCase() !== 'yes') throw new UsageError('Nothing was done');
  } finally {
    terminal.close();
  }
}

/** Shows progress on standard error if it is a terminal. */
export async function withProgress<T>(
  what: string,
  total: number,
  work: (onProgress: (soFar: number) => void) => Promise<T>,
): Promise<T> {
  const bars = new ProgressBars();
  bars.begin(printable(what), total);
  try {
    return await work((soFar) => bars.report(soFar));
  } finally {
    bars.stop();
  }
}
