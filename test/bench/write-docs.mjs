// docs/lab/performance.md and its picture, made of a whole run and of nothing else.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { aimsOf } from './aims.mjs';
import { chargesChart } from './chart.mjs';
import { count, fixed } from './numbers.mjs';

const WORKS = {
  charge: 'charge',
  cycle: 'hold + capture',
  keyed: 'charge under a key',
  keyedCycle: 'hold + capture under a key',
};
const DOCS = join(import.meta.dirname, '../../docs/lab');

export async function writeDocs(report) {
  await writeFile(join(DOCS, 'performance.svg'), chargesChart(report.results));
  await writeFile(join(DOCS, 'performance.md'), await format(page(report), { parser: 'markdown' }));
}

function page({ at, commit, machine, server, run, ratios, results, http, checks, tookSeconds }) {
  return `# Speed, measured

\`npm run bench\` runs everything below on one durable database and prints it; \`npm run bench -- --write-docs\` wrote this
page. The figures are medians of ${run.rounds} interleaved rounds of ${run.seconds} s. [scale.md](scale.md) tells what a
larger site needs.

- ${at.slice(0, 10)}, commit ${commit}, ${machine.processors} processors (${machine.model}), ${machine.gibibytes} GiB, ${machine.system}, Node ${machine.node}; load average ${fixed(machine.load, 1)} at the end; the run took ${tookSeconds} s
- PostgreSQL ${server.server_version}; fsync, synchronous_commit and full_page_writes on; database and load on the same processors
- HTTP: servers and load in processes of their own, ${http.connections} connections, verified tokens

${checks.map(({ check, ok, detail }) => `- ${ok ? 'ok' : 'FAILED'}: ${check} (${detail})`).join('\n')}

${rows(
  ['', 'measured', 'must', ''],
  aimsOf(ratios).map(({ label, measured, must, verdict }) => [label, measured, must, verdict]),
)}

![charges a second, side by side](performance.svg)

## The ledger

${rows(
  ['scenario', 'way', 'callers', 'per second', 'p50 ms', 'p99 ms', 'WAL bytes', 'Node µs', 'PostgreSQL µs'],
  results.map((row) => [
    `${WORKS[row.work]}, ${row.wallets}`,
    row.name,
    row.callers,
    count(row.perSecond),
    fixed(row.p50Ms),
    fixed(row.p99Ms, 1),
    count(row.walBytesPerCall),
    fixed(row.nodeMicrosPerCall, 0),
    fixed(row.backendMicrosPerCall, 0),
  ]),
)}

Per call; Node and PostgreSQL: processor time. rate-limiter-flexible keeps a counter and no history, so it does less than the
others.

## Over HTTP

${rows(
  ['route', 'per second', 'p50 ms', 'p99 ms', 'Node µs'],
  http.results.map((row) => [
    row.name,
    count(row.perSecond),
    fixed(row.p50Ms, 0),
    fixed(row.p99Ms, 0),
    fixed(row.nodeMicrosPerCall, 0),
  ]),
)}
`;
}

function rows(titles, lines) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const rule = titles.map((_, index) => (index === 0 ? '---' : '---:'));
  return [row(titles), row(rule), ...lines.map(row)].join('\n');
}
