import type { Changes } from '../api/types.js';
import { soon } from './calm.js';
import { createStore } from './store.js';

/** Goes up whenever something was missed, so that lists read again; while it stays, they are told all there is. */
export const missed = createStore(0);

const listeners = new Set<(changes: Changes) => void>();
let knownUpTo: number | null = null;
let untold: Changes[] = [];

/** Returns the way to stop. */
export function onChanges(listener: (changes: Changes) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A line begins, with the wallet at this version. */
export function startFrom(version: number): void {
  if (knownUpTo !== version) missed.set(missed.get() + 1);
  knownUpTo = version;
}

export function hear(changes: Changes): void {
  const isGap = knownUpTo === null || changes.from > knownUpTo;
  knownUpTo = Math.max(knownUpTo ?? 0, changes.to);
  if (isGap) return missed.set(missed.get() + 1);
  untold.push(changes);
  soon(tellChanges);
}

/** Now what waits for its turn: before an answer is shown, which may be newer. */
export function tellChanges(): void {
  const all = untold;
  untold = [];
  for (const changes of all) for (const listener of listeners) listener(changes);
}

/** Another user's versions are other ones. */
export function forgetChanges(): void {
  knownUpTo = null;
  untold = [];
}
