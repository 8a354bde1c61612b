import { DatabaseError, type Client, type FieldDef, type QueryArrayConfig, type QueryArrayResult } from 'pg';
import { printable } from './printable.js';

/** The types that PostgreSQL aligns right: numbers, with `oid` and `money`. */
const NUMBERS = new Set([20, 21, 23, 26, 700, 701, 790, 1700]);

/** The server's own text: nothing becomes a JavaScript number or date on the way. */
const types = { getTypeParser: () => (text: string) => text };

/** The results of one or several statements, as text that ends with a line feed. */
export async function answerOf(client: Client, sql: string): Promise<string> {
  const asked: QueryArrayConfig = { text: sql, rowMode: 'array', types };
  const answer = await client.query<(string | null)[]>(asked);
  // Several statements have several results.
  const results = Array.isArray(answer) ? (answer as (typeof answer)[]) : [answer];
  return results.map((result) => `${linesOf(result).join('\n')}\n`).join('\n');
}

/** The server's refusal of a statement, with its details; other errors are thrown. */
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
