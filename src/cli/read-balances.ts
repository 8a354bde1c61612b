import { parse, CsvError } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import type { BalanceRow } from '../credits/operator/index.js';
import { EXIT_DATA } from '../config/exit-codes.js';
import { StartError } from '../config/start-error.js';
import { isUserId } from '../identity/index.js';

/** Our names for the two columns, and those of older systems. */
const USER_COLUMN = { exact: 'user_id', others: ['userid', 'user', 'id'] };
const CREDIT_COLUMN = { exact: 'credits', others: ['balance', 'amount'] };
const MOST_FAULTS_TOLD = 20;

/** The file cannot be imported; the message names each line that is wrong. Several lines, unlike other reasons. */
class BalanceFileError extends StartError {
  constructor(readonly faults: readonly string[]) {
    super('the file cannot be imported', EXIT_DATA);
    const told = faults.slice(0, MOST_FAULTS_TOLD);
    const more = faults.length - told.length;
    this.message = [...told, ...(more > 0 ? [`and ${more} more`] : []), 'Nothing was imported.'].join('\n');
  }
}

/**
 * A CSV file of balances, all of it checked: a header with `user_id` and `credits`, one line for each user.
 *
 * @throws BalanceFileError naming every line that is wrong
 */
export async function readBalances(path: string): Promise<BalanceRow[]> {
  const parser = parse({
    bom: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
  });
  // An error of the file ends the parser, whose reader gets it.
  pipeline(createReadStream(path), parser, () => undefined);
  const rows: BalanceRow[] = [];
  const faults: string[] = [];
  const lines = new Map<string, number>();
  let columns: { user: number; credits: number } | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (columns === undefined) {
        columns = columnsOf(record);
        continue;
      }
      const line = info.lines;
      const row = { line, userId: record[columns.user] ?? '', credits: readCredits(record[columns.credits]) };
      const fault = faultOf(row) ?? doubleOf(row, lines);
      if (fault !== undefined) faults.push(`line ${line}: ${fault}`);
      else rows.push(row);
    }
  } catch (error) {
    faults.push(readFaultOf(error, path));
  }
  if (columns === undefined && faults.length === 0) faults.push('line 1: the file is empty');
  if (faults.length > 0) throw new BalanceFileError(faults);
  return rows;
}

function readFaultOf(error: unknown, path: string): string {
  if (error instanceof CsvError) return `line ${String(error['lines'])}: ${error.message}`;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  return `${path} cannot be read (${code})`;
}

/** @throws BalanceFileError */
function columnsOf(header: string[]): { user: number; credits: number } {
  const [user, credits] = [columnOf(header, USER_COLUMN), columnOf(header, CREDIT_COLUMN)];
  const faults = [user, credits].filter((found) => typeof found === 'string');
  if (faults.length > 0) throw new BalanceFileError(faults.map((fault) => `line 1: ${fault}`));
  return { user: user as number, credits: credits as number };
}

/**
 * The column's index, or its fault. Our own name goes before any other. If several other names fit, none is chosen by
 * position, because credits could silently go to the wrong people.
 */
function columnOf(header: string[], { exact, others }: typeof USER_COLUMN): number | string {
  const among = (known: string[]) =>
    [...header.keys()].filter((index) => known.includes(header[index]!.toLowerCase()));
  const own = among([exact]);
  const fitting = own.length > 0 ? own : among(others);
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.length === 0) return `the header must name the column ${exact}`;
  const names = fitting.map((index) => `"${header[index]!}"`).join(' and ');
  return `${names} could each be ${exact}: let one column alone have that name`;
}

function readCredits(text: string | undefined): number {
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
}

function faultOf({ userId, credits }: BalanceRow): string | undefined {
  if (!isUserId(userId)) return 'the user id must have 1 to 255 characters, none of them a control character';
  if (userId.includes('\ufffd')) return 'the file must be in UTF-8';
  return Number.isSafeInteger(credits) ? undefined : 'the credits must be a whole number from 0 to 2^53-1';
}

function doubleOf({ userId, line }: BalanceRow, lines: Map<string, number>): string | undefined {
  const first = lines.get(userId);
  if (first !== undefined) return `${userId} stands on line ${first} already`;
  lines.set(userId, line);
  return undefined;
}
