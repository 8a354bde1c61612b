// The report as text: the figures that matter first.
import { aimsOf } from './aims.mjs';
import { count, fixed, percent, range } from './numbers.mjs';
import { table } from './table.mjs';

export function asText({ results, checks, http, machine, server, run, poolSizes, ...report }) {
  const settings = Object.entries(server).map(([name, value]) => `${name}=${value}`);
  const pools = Object.entries(poolSizes).flatMap(([contender, sizes]) =>
    Object.entries(sizes).map(([wallets, size]) => `${contender}-${wallets} ${size}`),
  );
  return [
    ...table(aimsOf(report.ratios), AIM_COLUMNS),
    '',
    ...table(results, COLUMNS),
    '',
    ...(http === undefined ? [] : [...table(http.results, HTTP_COLUMNS), '']),
    `medians of ${run.rounds} × ${run.seconds} s; spread over ${run.wallets} wallets, or one hot wallet; commit ${report.commit}`,
    `pools: TypeORM 10; the best of 10, 15 and 20: ${pools.join(', ') || 'nobody measured'}`,
    `PostgreSQL ${settings.join(' ')}`,
    `${machine.processors} processors, ${machine.model}, Node ${machine.node}; took ${report.tookSeconds} s`,
    ...checks.map(({ check, ok, detail }) => `${ok ? 'ok    ' : 'FAILED'}  ${check} (${detail})`),
  ].join('\n');
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

const HTTP_COLUMNS = [
  ['scenario', ({ id }) => id],
  ['requests/s', ({ perSecond }) => count(perSecond)],
  ['min – max', ({ rounds }) => range(rounds.map(({ perSecond }) => perSecond))],
  ['p50 ms', ({ p50Ms }) => fixed(p50Ms, 0)],
  ['p99 ms', ({ p99Ms }) => fixed(p99Ms, 0)],
  ['node µs/request', ({ nodeMicrosPerCall }) => fixed(nodeMicrosPerCall, 1)],
];

const AIM_COLUMNS = [
  ['', ({ label }) => label],
  ['measured', ({ measured }) => measured],
  ['must', ({ must }) => must],
  ['', ({ verdict }) => verdict],
];
