import { count, fixed, percent } from '../numbers.mjs';
import { table } from '../table.mjs';

export function asText({ wallets, entries, results, history, sizes, instances, answers, settings }) {
  const of = (key) => results[key].perSecond;
  return [
    `${count(wallets)} wallets, ${count(entries)} entries, beside 10,000 fresh wallets on the same server`,
    `charge: ${percent(of('charge large') / of('charge small'))} of the small figure (must: 80 %)`,
    `hold + capture: ${percent(of('cycle large') / of('cycle small'))} of the small figure`,
    `balance p99: ${fixed(results['balance large'].p99Ms)} ms, small ${fixed(results['balance small'].p99Ms)} ms`,
    '',
    ...table(Object.entries(results), WORK_COLUMNS),
    '',
    ...table(history, HISTORY_COLUMNS),
    '',
    ...table(sizes, SIZE_COLUMNS),
    '',
    ...table(Object.entries(instances), INSTANCE_COLUMNS),
    '',
    ...table(Object.entries(settings), SETTING_COLUMNS),
    '',
    `answers, 100,000 new ones a day and those of the day before forgotten, MiB at each day's end: ${answers.map((bytes) => fixed(bytes / 2 ** 20, 0)).join(', ')}`,
  ].join('\n');
}

const WORK_COLUMNS = [
  ['work', ([key]) => key],
  ['per second', ([, { perSecond }]) => count(perSecond)],
  ['p50 ms', ([, { p50Ms }]) => fixed(p50Ms)],
  ['p99 ms', ([, { p99Ms }]) => fixed(p99Ms)],
  ['WAL B', ([, { walBytesPerCall }]) => count(walBytesPerCall)],
  ['of it page images', ([, { pageImageBytesPerCall: bytes }]) => (bytes === null ? '-' : count(bytes))],
  ['index writes', ([, { indexWritesPerCall }]) => fixed(indexWritesPerCall)],
  ['HOT', ([, { hotShare }]) => percent(hotShare)],
  ['node µs', ([, { nodeMicrosPerCall }]) => fixed(nodeMicrosPerCall, 1)],
  ['backend µs', ([, { backendMicrosPerCall }]) => fixed(backendMicrosPerCall, 1)],
];

const HISTORY_COLUMNS = [
  ['a page of 50 entries, so many entries down', ({ depth }) => count(depth)],
  ['p50 ms', ({ p50Ms }) => fixed(p50Ms)],
  ['p99 ms', ({ p99Ms }) => fixed(p99Ms)],
];

const SIZE_COLUMNS = [
  ['table', (row) => row.table],
  ['rows', ({ rows }) => count(rows)],
  ['MiB', ({ bytes }) => count(bytes / 2 ** 20)],
  ['bytes a row', ({ bytes, rows }) => count(bytes / rows)],
  ['of it indexes', ({ index_bytes: bytes, rows }) => count(bytes / rows)],
];

const INSTANCE_COLUMNS = [
  ['instances, wallets', ([key]) => key],
  ['charges a second', ([, perSecond]) => count(perSecond)],
];

const SETTING_COLUMNS = [
  ['wallets', ([name]) => name],
  ['charges a second', ([, { perSecond }]) => count(perSecond)],
  ['backend µs', ([, { backendMicrosPerCall }]) => fixed(backendMicrosPerCall, 1)],
  ['HOT', ([, { hotShare }]) => percent(hotShare)],
  ['KiB afterwards', ([, { walletsBytes }]) => count(walletsBytes / 1024)],
];
