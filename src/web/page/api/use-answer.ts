import { useEffect, useRef, useState } from 'preact/hooks';
import { onChanges, tellChanges } from '../state/changes.js';
import type { Changes } from './types.js';
import { call } from './call.js';
import { later, pauseAfter } from './later.js';

/** What a list or a figure is made of: nothing known yet, something known, trouble in getting it, or both of these. */
export interface Loadable<T> {
  /** Null while it is not known; the last one known while a newer one is asked for. */
  data: T | null;
  /** Why there is nothing newer. */
  trouble: Error | null;
  /** Asks once more, now. */
  again: () => void;
}

/** What is known, after what the stream tells of the wallet. */
export type Follow<T> = (data: T, changes: Changes) => T;

/** What a route answers, asked again when the path or `freshness` changes. A null path asks nothing. */
export function useAnswer<T>(
  path: string | null,
  freshness: unknown = null,
  follow?: Follow<T>,
): Loadable<T> {
  return useAsked<T>(path === null ? null : (signal) => call<T>(path, { signal }), path, freshness, follow);
}

interface Known<T> {
  /** What was asked: the answer to one question is none to another. */
  key: string | null;
  data: T | null;
  trouble: Error | null;
}

/** What comes of asking; what passes by itself is tried again until it has passed. */
export function useAsked<T>(
  ask: ((signal: AbortSignal) => Promise<T>) | null,
  key: string | null,
  freshness: unknown,
  follow?: Follow<T>,
): Loadable<T> & { put: (data: T) => void } {
  const [known, setKnown] = useState<Known<T>>({ key, data: null, trouble: null });
  const [tries, setTries] = useState(0);
  const again = () => setTries((count) => count + 1);
  const following = useRef(follow);
  following.current = follow;
  useEffect(() => {
    if (follow === undefined) return;
    return onChanges((changes) =>
      setKnown((before) => {
        if (before.key !== key || before.data === null) return before;
        const data = following.current!(before.data, changes);
        // What was not touched is not drawn anew.
        return data === before.data ? before : { ...before, data };
      }),
    );
  }, [key, follow === undefined]);
  useEffect(() => {
    if (ask === null) return;
    const asking = new AbortController();
    let failures = 0;
    const attempt = () => {
      const heard = hearMeanwhile(asking.signal);
      ask(asking.signal).then(
        (answer) => {
          tellChanges();
          const data = heard
            .end()
            .reduce((known, changes) => following.current?.(known, changes) ?? known, answer);
          if (!asking.signal.aborted) setKnown({ key, data, trouble: null });
        },
        (error: unknown) => {
          heard.end();
          if (asking.signal.aborted) return;
          const trouble = error instanceof Error ? error : new Error('Something went wrong.');
          setKnown((before) => ({ key, data: before.key === key ? before.data : null, trouble }));
          const pause = pauseAfter(trouble, failures++);
          if (pause !== null) later(attempt, pause, asking.signal);
        },
      );
    };
    attempt();
    return () => asking.abort();
  }, [key, freshness, tries]);
  const put = (data: T) => setKnown({ key, data, trouble: null });
  return known.key === key ? { ...known, again, put } : { data: null, trouble: null, again, put };
}

/** An answer may be older than what is told while it is on its way. */
function hearMeanwhile(signal: AbortSignal): { end: () => Changes[] } {
  const heard: Changes[] = [];
  const stop = onChanges((changes) => heard.push(changes));
  signal.addEventListener('abort', stop);
  return {
    end: () => {
      stop();
      return heard;
    },
  };
}
