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
export function ratios({ results, http, startUp }) {
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
    keyed256: against('keyed', 256),
    keyedCycleToOneStatement: ratio(of('ours-keyedCycle-256'), of('statement-spread-256')),
    keyedLoneCallToOneStatement: ratio(of('ours-keyed-1', 'p50Ms'), of('statement-keyed-1', 'p50Ms')),
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
    ...httpRatios(http?.figures),
    coldStartSeconds: startUp?.cold ?? null,
    warmStartSeconds: startUp?.warm ?? null,
  };
}

function httpRatios(figures) {
  const of = (id) => figures?.results.find((result) => result.id === id)?.perSecond ?? null;
  return {
    cachedPerSecond: of('http-cached'),
    cachedToBareRoute: ratio(of('http-cached'), of('http-bare')),
    readsInProcess: figures?.readsPerSecond ?? null,
    guardedPerSecond: of('http-paid'),
    guardedToTwin: ratio(of('http-paid'), of('http-free')),
  };
}

function ratio(a, b) {
  return a === null || b === null ? null : a / b;
}
