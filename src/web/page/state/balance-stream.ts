import { request } from '../api/call.js';
import { readEvents } from '../api/events.js';
import { Refusal, Unreachable } from '../api/problem.js';
import type { Balance } from '../api/types.js';
import { mark, show } from './balance.js';
import { hear, startFrom, type Changes } from './changes.js';
import { loadPrices } from './prices.js';

/** The server says something every 15 s; after this much silence nobody is there. */
const SILENCE_LIMIT_MS = 40_000;
const LONGEST_PAUSE_MS = 15_000;

/** Keeps the balance live until the signal says to stop: listens, and comes back by itself when the line breaks. */
export async function followBalance(stop: AbortSignal): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    try {
      await listen(stop, () => {
        // A server that was away may have come back with other prices.
        if (failures > 0) void loadPrices();
        failures = 0;
      });
      mark('stale');
    } catch (error) {
      if (stop.aborted || (error instanceof Refusal && error.status === 401)) return;
      mark(error instanceof Unreachable || !navigator.onLine ? 'offline' : 'stale');
    }
    await pause(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures++) * (0.5 + Math.random() / 2), stop);
  }
}

/** One connection, to its end. */
async function listen(stop: AbortSignal, onEvent: () => void): Promise<void> {
  const line = new AbortController();
  let isNew = true;
  const hangUp = () => line.abort();
  const silence = watchdog(SILENCE_LIMIT_MS, hangUp);
  stop.addEventListener('abort', hangUp);
  addEventListener('offline', hangUp);
  try {
    const response = await request('/api/credits/stream?changes=true', { signal: line.signal });
    await readEvents(
      response,
      ({ event, data }) => {
        if (event === 'changes') return hear(JSON.parse(data) as Changes);
        if (event !== 'balance') return;
        const told = JSON.parse(data) as Balance;
        if (isNew) startFrom(told.version);
        isNew = false;
        show(told);
        mark('live');
        onEvent();
      },
      () => silence.restart(),
    );
  } finally {
    silence.stop();
    stop.removeEventListener('abort', hangUp);
    removeEventListener('offline', hangUp);
  }
}

function watchdog(ms: number, bark: () => void) {
  let timer = setTimeout(bark, ms);
  return {
    restart() {
      clearTimeout(timer);
      timer = setTimeout(bark, ms);
    },
    stop: () => clearTimeout(timer),
  };
}

/** Ends early when the network is back, when somebody looks at the page again, or when it is over. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const { signal } = over;
    addEventListener('online', end, { signal });
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && end(), {
      signal,
    });
    stop.addEventListener('abort', end, { signal });
  });
}
