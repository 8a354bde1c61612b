import { later, pauseAfter } from '../api/later.js';
import type { Loadable } from '../api/use-answer.js';
import { createStore, useStore, type Store } from './store.js';

/** What all views need alike, and everybody is told the same of: asked for once, for the whole page. */
export interface Common<T> {
  /** Null while it is not known. */
  known: Store<T | null>;
  /** Why there is nothing newer. */
  trouble: Store<Error | null>;
  /** Asks, now; what passes by itself is tried again until it has passed. */
  ask: () => void;
}

export function createCommon<T>(ask: (signal: AbortSignal) => Promise<T>): Common<T> {
  const known = createStore<T | null>(null);
  const trouble = createStore<Error | null>(null);
  let asking = new AbortController();
  const begin = () => {
    asking.abort();
    asking = new AbortController();
    attempt(asking.signal, 0);
  };
  const attempt = (signal: AbortSignal, failures: number) =>
    void ask(signal).then(
      (answer) => {
        if (signal.aborted) return;
        trouble.set(null);
        known.set(answer);
      },
      (error: Error) => {
        if (signal.aborted) return;
        trouble.set(error);
        const pause = pauseAfter(error, failures);
        if (pause !== null) later(() => attempt(signal, failures + 1), pause, signal);
      },
    );
  return { known, trouble, ask: begin };
}

export function useCommon<T>({ known, trouble, ask }: Common<T>): Loadable<T> {
  return { data: useStore(known), trouble: useStore(trouble), again: ask };
}
