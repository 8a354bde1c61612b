import { createStore, type Store } from './store.js';

/** Ten times a second is as often as anybody reads. */
const GAP_MS = 100;
/** A balance and the rows that it came by are told one after the other, and drawn as one. */
const TOGETHER_MS = 15;

let lastAt = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;
const waiting = new Set<() => void>();

/** At once after a pause; what comes sooner is done together when the pause is over, and drawn as one. */
export function soon(act: () => void): void {
  waiting.add(act);
  if (timer !== undefined) return;
  timer = setTimeout(pass, Math.max(TOGETHER_MS, lastAt + GAP_MS - performance.now()));
}

/** What waits for its turn is done without waiting on. */
export function pass(): void {
  clearTimeout(timer);
  timer = undefined;
  lastAt = performance.now();
  const acts = [...waiting];
  waiting.clear();
  for (const act of acts) act();
}

/** A store that follows another one, not for each of its changes where they come in a flood. */
export function calmed<T>(store: Pick<Store<T>, 'get' | 'watch'>): Pick<Store<T>, 'get' | 'watch'> {
  const copy = createStore(store.get());
  const follow = () => copy.set(store.get());
  store.watch(() => soon(follow));
  return copy;
}
