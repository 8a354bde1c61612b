import { median } from './load.mjs';

const MEASURES = [
  ...['perSecond', 'p50Ms', 'p99Ms', 'walBytesPerCall', 'hotShare'],
  ...['nodeShare', 'nodeMicrosPerCall', 'backendShare', 'backendMicrosPerCall'],
];

/** @param rounds the measurements of one scenario */
export function summarize(scenario, name, rounds) {
  const medians = MEASURES.map((measure) => [measure, median(rounds.map((round) => round[measure]))]);
  return { ...scenario, name, ...Object.fromEntries(medians), rounds };
}

/** The figures that matter, as ratios to what an engineer would have written; null where not measured. */
export function ratios(results) {
  const of = (id, measure = 'perSecond') => results.find((result) => result.id === id)?.[measure] ?? null;
  const against = (shape, callers) => {
    const mine = of(`ours-${shape}-${callers}`);
    const times = (rival) => ratio(mine, of(`${rival}-${shape}-${callers}`));
    return {
      perSecond: mine,
      timesOneStatement: times('statement'),
      timesTypeormRowLock: times('typeorm'),
      timesRateLimiterFlexible: times('limiter'),
    };
  };
  return {
    spread256: against('spread', 256),
    spread64: against('spread', 64),
    hot256: against('hot', 256),
    hot64: against('hot', 64),
    hotToSpread: ratio(of('ours-hot-256'), of('ours-spread-256')),
    hotToSpreadOneStatement: ratio(of('statement-hot-256'), of('statement-spread-256')),
    holdCapture256: of('ours-cycle-256'),
    holdCapture64: of('ours-cycle-64'),
    loneCallMs: of('ours-spread-1', 'p50Ms'),
    loneCallToOneStatement: ratio(of('ours-spread-1', 'p50Ms'), of('statement-spread-1', 'p50Ms')),
  };
}

export function asText({ results, checks, machine, server, run, poolSizes, ...report }) {
  const settings = Object.entries(server).map(([name, value]) => `${name}=${value}`);
  const pools = Object.entries(poolSizes).flatMap(([contender, sizes]) =>
    Object.entries(sizes).map(([wallets, size]) => `${contender}-${wallets} ${size}`),
  );
  return [
    ...headlines(report.ratios),
    '',
    ...table(results),
    '',
    `medians of ${run.rounds} × ${run.seconds} s; spread over ${run.wallets} wallets, or one hot wallet; commit ${report.commit}`,
    `pools: TypeORM 10; the best of 10, 15 and 20: ${pools.join(', ') || 'nobody measured'}`,
    `PostgreSQL ${settings.join(' ')}`,
    `${machine.processors} processors, ${machine.model}, Node ${machine.node}; took ${report.tookSeconds} s`,
    ...checks.map(({ check, ok, detail }) => `${ok ? 'ok    ' : 'FAILED'}  ${check} (${detail})`),
  ].join('\n');
}

function headlines(figures) {
  const line = (label, { perSecond, ...rivals }) =>
    perSecond !== null && `${label}: ${count(perSecond)}/s${comparison(rivals)}`;
  const { holdCapture256, holdCapture64, hotToSpread, hotToSpreadOneStatement } = figures;
  const { loneCallMs, loneCallToOneStatement } = figures;
  return [
    line('charge, 256 callers', figures.spread256),
    line('charge, 64 callers', figures.spread64),
    line('charge, 256 callers, one hot wallet', figures.hot256),
    line('charge, 64 callers, one hot wallet', figures.hot64),
    hotToSpread !== null &&
      `hot wallet / spread, 256 callers: ${fixed(hotToSpread)}` +
        (hotToSpreadOneStatement === null ? '' : ` (one statement: ${fixed(hotToSpreadOneStatement)})`),
    holdCapture256 !== null && `hold + capture, 256 callers: ${count(holdCapture256)} cycles/s`,
    holdCapture64 !== null && `hold + capture, 64 callers: ${count(holdCapture64)} cycles/s`,
    loneCallMs !== null &&
      `a lone call: ${fixed(loneCallMs)} ms` +
        (loneCallToOneStatement === null ? '' : ` = ${fixed(loneCallToOneStatement)} × one statement's`),
  ].filter(Boolean);
}

function comparison({ timesOneStatement, timesTypeormRowLock, timesRateLimiterFlexible }) {
  const parts = [
    [timesOneStatement, 'one statement (CTE)'],
    [timesTypeormRowLock, 'TypeORM row lock'],
    [timesRateLimiterFlexible, 'rate-limiter-flexible'],
  ].filter(([times]) => times !== null);
  return parts.length === 0
    ? ''
    : ` = ${parts.map(([times, rival]) => `${fixed(times)} × ${rival}`).join(', ')}`;
}

const COLUMNS = [
  ['scenario', ({ id }) => id],
  ['calls/s', ({ perSecond }) => count(perSecond)],
  ['min – max', ({ rounds }) => range(rounds.map(({ perSecond }) => perSecond))],
  ['p50 ms', ({ p50Ms }) => fixed(p50Ms)],
  ['p99 ms', ({ p99Ms }) => fixed(p99Ms)],
  ['WAL B/call', ({ walBytesPerCall }) => count(walBytesPerCall)],
  ['HOT', ({ hotShare }) => percent(hotShare)],
  ['node', ({ nodeShare }) => percent(nodeShare)],
  ['node µs/call', ({ nodeMicrosPerCall }) => fixed(nodeMicrosPerCall, 1)],
  ['backends', ({ backendShare }) => percent(backendShare)],
  ['backend µs/call', ({ backendMicrosPerCall }) => fixed(backendMicrosPerCall, 1)],
];

function table(results) {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...results.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
}

function ratio(a, b) {
  return a === null || b === null ? null : a / b;
}

function count(number) {
  return Math.round(number).toLocaleString('en-US');
}

function range(numbers) {
  return `${count(Math.min(...numbers))} – ${count(Math.max(...numbers))}`;
}

function fixed(number, digits = 2) {
  return number === null ? '-' : number.toFixed(digits);
}

function percent(share) {
  return share === null ? '-' : `${Math.round(share * 100)} %`;
}
