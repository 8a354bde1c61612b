type Cell = string | number | null;

/** One line of RFC 4180. */
export function toCsvLine(cells: readonly Cell[]): string {
  return `${cells.map(toCell).join(',')}\r\n`;
}

/**
 * A spreadsheet takes a text that begins like a formula for one and runs it, so such a text gets an apostrophe in
 * front (OWASP, "CSV injection"). Numbers are left alone: -5 is a number.
 */
function toCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[\s]*[=+\-@\t\r＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whether a client prefers CSV to JSON; one that takes anything gets JSON. */
export function prefersCsv(accept: string | undefined): boolean {
  const quality = (type: string) => {
    const range = (accept ?? '').split(',').find((part) => part.trim().toLowerCase().startsWith(type));
    return range === undefined ? 0 : Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1);
  };
  return quality('text/csv') > 0 && quality('text/csv') >= quality('application/json');
}
