import type { Pool } from 'pg';

const NOT_IN_TIME = /due to connection timeout$|^timeout expired$/;
const TICK_MS = 50;
const MOST_TRIES = 3;

/** As node-postgres has them; its types do not mention them. */
interface Waiter {
  callback(this: void, error: Error | undefined, ...rest: unknown[]): void;
  timedOut: boolean;
}
interface PoolWithin {
  options: { connectionTimeoutMillis?: number };
  ending: boolean;
  newClient?(waiter: Waiter): void;
}

/**
 * Try again to make a connection whose time ran out while this process stood still: by a timer, which is heard before what
 * the server has said meanwhile, so it tells nothing of the server. While the process runs a server that is away is given
 * up in its time.
 */
export function outlastStandstill(pool: Pool): void {
  const within = pool as unknown as PoolWithin;
  const limitMs = within.options.connectionTimeoutMillis ?? 0;
  const newClient = within.newClient?.bind(within);
  if (newClient === undefined || limitMs === 0) return;
  const make = (waiter: Waiter, tries: number): void => {
    const { callback } = waiter;
    const hasRun = watchTheLoop(limitMs);
    waiter.callback = (error, ...rest) => {
      waiter.callback = callback;
      const isNoWonder = !hasRun() && NOT_IN_TIME.test(error?.message ?? '');
      if (isNoWonder && tries < MOST_TRIES && !within.ending) make(waiter, tries + 1);
      else callback(error, ...rest);
    };
    newClient(waiter);
  };
  within.newClient = (waiter) => make(waiter, 1);
}

/** Whether the event loop ran for half of so many milliseconds at least: by how often it came to a timer. */
function watchTheLoop(forMs: number): () => boolean {
  let ticks = 0;
  const most = forMs / TICK_MS;
  const timer = setInterval(() => (ticks += 1) >= most && clearInterval(timer), TICK_MS).unref();
  return () => {
    clearInterval(timer);
    return ticks >= most / 2;
  };
}
