import { DatabaseError, type Client, type FieldDef, type QueryArrayConfig, type QueryArrayResult } from 'pg';
import { printable } from './printable.js';

/** The types PostgreSQL sets to the right: its numbers, `oid` and `money` among them. */
const NUMBERS = new Set([20, 21, 23, 26, 700, 701, 790, 1700]);

/** As the server writes it: nothing is turned into a number or a date of JavaScript's on the way. */
const types = { getTypeParser: () => (text: string) => text };

/** What came of one or several statements, as text that ends with a line. */
export async function answerOf(client: Client, sql: string): Promise<string> {
  const asked: QueryArrayConfig = { text: sql, rowMode: 'array', types };
  const answer = await client.query<(string | null)[]>(asked);
  // Several statements have several answers.
  const results = Array.isArray(answer) ? (answer as (typeof answer)[]) : [answer];
  return results.map((result) => `${linesOf(result).join('\n')}\n`).join('\n');
}

/** One that the server refused, with what it says about it; anything else is not an answer. */
export function failureOf(error: unknown): string {
  if (!(error instanceof DatabaseError)) throw error;
  const { severity = 'ERROR', message, code, detail, hint } = error;
  const lines = [`${severity}: ${message} (${code})`];
  if (detail) lines.push(`DETAIL: ${detail}`);
  if (hint) lines.push(`HINT: ${hint}`);
  return `${lines.map(printable).join('\n')}\n`;
}

function linesOf({ command, fields, rows, rowCount }: QueryArrayResult<(string | null)[]>): string[] {
  if (fields.length === 0) return [rowCount === null ? command : `${command} ${rowCount}`];
  return [...tableOf(fields, rows), `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`];
}

function tableOf(fields: FieldDef[], rows: (string | null)[][]): string[] {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? 'NULL' : printable(cell))));
  const names = fields.map(({ name }) => printable(name));
  const widths = names.map((name, index) =>
    cells.reduce((width, row) => Math.max(width, row[index]!.length), name.length),
  );
  const line = (row: string[]) =>
    row
      .map((cell, index) =>
        NUMBERS.has(fields[index]!.dataTypeID) ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!),
      )
      .join(' | ')
      .trimEnd();
  return [line(names), widths.map((width) => '-'.repeat(width)).join('-+-'), ...cells.map(line)];
}
