/** @param columns `[title, row => text]`; the first is set to the left, the others to the right */
export function table(results, columns) {
  if (results.length === 0) return [];
  const rows = [
    columns.map(([title]) => title),
    ...results.map((row) => columns.map(([, cell]) => cell(row))),
  ];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
}
