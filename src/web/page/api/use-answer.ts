import { useEffect, useState } from 'preact/hooks';
import { call } from './call.js';
import { wordsFor } from './problem.js';

export interface Answer<T> {
  /** Null while it is not known; the last one known while a newer one is asked for. */
  data: T | null;
  /** Why there is nothing newer. */
  trouble: string | null;
}

/** What a route answers, asked again when the path or `freshness` changes. A null path asks nothing. */
export function useAnswer<T>(path: string | null, freshness: unknown = null): Answer<T> {
  return useAsked(path === null ? null : (signal) => call<T>(path, { signal }), [path, freshness]);
}

/** What comes of asking, asked again when one of `about` changes. */
export function useAsked<T>(
  ask: ((signal: AbortSignal) => Promise<T>) | null,
  about: readonly unknown[],
): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ data: null, trouble: null });
  useEffect(() => {
    if (ask === null) return;
    const asking = new AbortController();
    ask(asking.signal).then(
      // The last page of several may have come in just before something newer was asked for.
      (data) => !asking.signal.aborted && setAnswer({ data, trouble: null }),
      (error: unknown) => {
        if (!asking.signal.aborted) setAnswer(({ data }) => ({ data, trouble: wordsFor(error) }));
      },
    );
    return () => asking.abort();
  }, about);
  return answer;
}
