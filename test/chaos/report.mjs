const columns = {
  run: ({ name }) => name,
  cycles: ({ cycles }) => cycles,
  'time (s)': ({ seconds }) => seconds.toFixed(0),
  acknowledged: ({ acknowledged }) => acknowledged,
  'unknown at first': ({ unknown }) => unknown,
  lost: ({ lost }) => lost,
  doubled: ({ doubled }) => doubled,
  oversold: ({ oversold }) => oversold,
  differences: ({ differences }) => differences,
  'longest outage (ms)': ({ longestOutageMs }) => Math.round(longestOutageMs),
  'orphan holds': ({ orphans }) => orphans,
  'longest orphan (ms)': ({ longestOrphanMs }) => longestOrphanMs,
  'slowest answer (ms)': ({ slowestMs }) => Math.round(slowestMs),
  verdict: ({ verdict }) => verdict,
};

/** A Markdown table that reads well in a terminal too. */
export function tableOf(results) {
  const rows = [
    Object.keys(columns),
    ...results.map((result) => Object.values(columns).map((cell) => String(cell(result)))),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => pad(cell, widths[column], column)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

const pad = (cell, width, column) => (isNumber(column) ? cell.padStart(width) : cell.padEnd(width));
const isNumber = (column) => column > 0 && column < Object.keys(columns).length - 1;
