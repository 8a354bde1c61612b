import { balance } from './balance.js';
import { pass } from './calm.js';
import { forgetChanges } from './changes.js';
import { priceList } from './prices.js';

/** Keeps the balance live until the returned way to stop is taken, and forgets it then. */
export function followBalance(): () => void {
  let wasAway = false;
  const unwatch = balance.watch(({ connection }) => {
    // A server that was away may have come back with other prices.
    if (connection === 'live' && wasAway) priceList.ask();
    wasAway = connection === 'offline' || connection === 'stale';
  });
  const stop = balance.follow();
  return () => {
    unwatch();
    stop();
    balance.forget();
    forgetChanges();
    // Not one moment longer: somebody else may be looking.
    pass();
  };
}
