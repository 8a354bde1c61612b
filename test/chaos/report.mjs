const faultColumns = {
  run: ({ name }) => name,
  cycles: ({ cycles }) => cycles,
  'time (s)': ({ seconds }) => seconds.toFixed(0),
  faults: ({ struck }) => describeFaults(struck),
  acknowledged: ({ acknowledged }) => acknowledged,
  'unknown at first': ({ unknown }) => unknown,
  lost: ({ lost }) => lost,
  doubled: ({ doubled }) => doubled,
  oversold: ({ oversold }) => oversold,
  differences: ({ differences }) => differences,
  'stale reads': ({ looks }) => `${looks.stale} of ${looks.count}`,
  'longest outage (ms)': ({ longestOutageMs }) => Math.round(longestOutageMs),
  'orphan holds': ({ orphans }) => orphans,
  'longest orphan (ms)': ({ longestOrphanMs }) => longestOrphanMs,
  'while served (ms)': ({ longestServedOrphanMs }) => longestServedOrphanMs,
  'slowest answer (ms)': ({ slowestMs }) => Math.round(slowestMs),
  verdict: ({ verdict }) => verdict,
};

const trialColumns = {
  trial: ({ name }) => name,
  'time (s)': ({ seconds }) => seconds.toFixed(0),
  'what was seen': ({ facts }) =>
    Object.entries(facts)
      .map(([name, value]) => `${name}: ${value}`)
      .join('; '),
  verdict: ({ verdict }) => verdict,
};

/** Faults under which a list is kept, and trials over HTTP, each in a table of its own. */
export function tablesOf(results) {
  const [faults, trials] = [results.filter(({ facts }) => !facts), results.filter(({ facts }) => facts)];
  return [
    ...(faults.length > 0 ? [tableOf(faultColumns, faults)] : []),
    ...(trials.length > 0 ? [tableOf(trialColumns, trials)] : []),
  ].join('\n\n');
}

/** A Markdown table that reads well in a terminal too. */
function tableOf(columns, results) {
  const rows = [
    Object.keys(columns),
    ...results.map((result) => Object.values(columns).map((cell) => String(cell(result)))),
  ];
  const isNumber = (column) => rows.slice(1).every((row) => /^[\d.–]+$/.test(row[column]));
  const pad = (cell, width, column) => (isNumber(column) ? cell.padStart(width) : cell.padEnd(width));
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => pad(cell, widths[column], column)).join(' | ')} |`,
  );
  const rule = widths.map((width, column) =>
    isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [lines[0], `| ${rule.join(' | ')} |`, ...lines.slice(1)].join('\n');
}

const FAULT_NAMES = {
  kills: 'kill -9',
  terminations: 'backends ended',
  restarts: 'immediate restarts',
  stops: 'SIGSTOP',
  fullDisks: 'full disks',
  edits: 'edits by hand',
};

function describeFaults(struck) {
  const counts = Object.entries(struck).filter(([, count]) => count > 0);
  return counts.map(([name, count]) => `${count} ${FAULT_NAMES[name]}`).join(', ') || '–';
}
