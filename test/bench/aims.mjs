// What must be shown, and whether it was. A figure without a bound is there for comparison.
import { count, fixed, percent } from './numbers.mjs';

const perSecond = (number) => `${count(number)}/s`;
const times = (number) => `${fixed(number)} ×`;
const seconds = (number) => `${fixed(number)} s`;

const AIMS = [
  ['charge under a key, 256 callers', ({ keyed256 }) => keyed256.perSecond, perSecond, {}],
  ['… to the CTE under a key', ({ keyed256 }) => keyed256.timesOneStatement, times, { min: 4 }],
  ['… to the TypeORM row lock', ({ keyed256 }) => keyed256.timesTypeormRowLock, times, { min: 25 }],
  ['hold + capture under a key, to the CTE', ({ keyedCycleToOneStatement: one }) => one, times, { min: 2 }],
  [
    'a lone charge under a key, to the CTE’s',
    ({ keyedLoneCallToOneStatement: one }) => one,
    times,
    { max: 1.7 },
  ],
  ['charge, 256 callers, 10,000 wallets', ({ spread256 }) => spread256.perSecond, perSecond, { min: 25_000 }],
  ['… to the CTE', ({ spread256 }) => spread256.timesOneStatement, times, { min: 2.5 }],
  ['… to the TypeORM row lock', ({ spread256 }) => spread256.timesTypeormRowLock, times, { min: 25 }],
  ['… to rate-limiter-flexible, which keeps no ledger', limiterTimes, times, {}],
  ['charge, 256 callers, one hot wallet', ({ hot256 }) => hot256.perSecond, perSecond, {}],
  ['… to 10,000 wallets', ({ hotToSpread }) => hotToSpread, times, { min: 0.9 }],
  ['hold + capture, 256 callers', ({ holdCapture256 }) => holdCapture256, perSecond, { min: 13_000 }],
  ['a lone charge’s time to the CTE’s', ({ loneCallToOneStatement: one }) => one, times, { max: 1.6 }],
  ['cached balance over HTTP', ({ cachedPerSecond }) => cachedPerSecond, perSecond, {}],
  ['… to a bare Nest + Fastify route', ({ cachedToBareRoute }) => cachedToBareRoute, percent, { min: 0.75 }],
  ['cached balance in process', ({ readsInProcess }) => readsInProcess, perSecond, { min: 1_000_000 }],
  ['guarded POST, 64 connections', ({ guardedPerSecond }) => guardedPerSecond, perSecond, { min: 5_000 }],
  ['… to its unguarded twin', ({ guardedToTwin }) => guardedToTwin, percent, { min: 0.45 }],
  ['start, the database made', ({ coldStartSeconds }) => coldStartSeconds, seconds, { max: 5 }],
  ['start, the database there', ({ warmStartSeconds }) => warmStartSeconds, seconds, { max: 1.5 }],
];

/** @returns what was measured of it, as texts: `{ label, measured, must, verdict }` */
export function aimsOf(ratios) {
  return AIMS.flatMap(([label, read, write, { min, max }]) => {
    const value = read(ratios);
    if (value === null) return [];
    const isMet = value >= (min ?? -Infinity) && value <= (max ?? Infinity);
    const must = min === undefined ? (max === undefined ? '' : `≤ ${write(max)}`) : `≥ ${write(min)}`;
    return [{ label, measured: write(value), must, verdict: must === '' ? '' : isMet ? 'yes' : 'NO' }];
  });
}

function limiterTimes({ spread256 }) {
  return spread256.timesRateLimiterFlexible;
}
