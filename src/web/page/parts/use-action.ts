import { useState } from 'preact/hooks';
import { wordsFor } from '../api/problem.js';

interface ActionState {
  isBusy: boolean;
  /** What went wrong the last time. */
  trouble: string | null;
}

/** What a button does: busy while it runs, and the words for what went wrong. */
export function useAction(): ActionState & { run: (action: () => Promise<unknown>) => void } {
  const [state, setState] = useState<ActionState>({ isBusy: false, trouble: null });
  const run = (action: () => Promise<unknown>) => {
    setState({ isBusy: true, trouble: null });
    action().then(
      () => setState({ isBusy: false, trouble: null }),
      (error: unknown) => setState({ isBusy: false, trouble: wordsFor(error) }),
    );
  };
  return { ...state, run };
}
