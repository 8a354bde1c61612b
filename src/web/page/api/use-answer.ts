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
  const [answer, setAnswer] = useState<Answer<T>>({ data: null, trouble: null });
  useEffect(() => {
    if (path === null) return;
    const asking = new AbortController();
    call<T>(path, { signal: asking.signal }).then(
      (data) => setAnswer({ data, trouble: null }),
      (error: unknown) => {
        if (!asking.signal.aborted) setAnswer(({ data }) => ({ data, trouble: wordsFor(error) }));
      },
    );
    return () => asking.abort();
  }, [path, freshness]);
  return answer;
}
