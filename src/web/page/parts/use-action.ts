import { useState } from 'preact/hooks';
import { wordsFor } from '../api/problem.js';

export interface Action {
  isBusy: boolean;
  /** What went wrong the last time. */
  trouble: string | null;
  run: (action: () => Promise<unknown>) => void;
}

/** What a button does: busy while it runs, and the words for what went wrong. */
export function useAction(): Action {
  const [state, setState] = useState({ isBusy: false, trouble: null as string | null });
  const run = (action: () => Promise<unknown>) => {
    setState({ isBusy: true, trouble: null });
    action().then(
      () => setState({ isBusy: false, trouble: null }),
      (error: unknown) => setState({ isBusy: false, trouble: wordsFor(error) }),
    );
  };
  return { ...state, run };
}
