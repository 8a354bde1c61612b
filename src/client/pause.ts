/** What of a browser tells that a pause has become pointless; elsewhere there is nothing of it. */
interface Page {
  addEventListener?: Listen;
  document?: { visibilityState: string; addEventListener: Listen };
}
type Listen = (type: string, listener: () => void, options: { signal: AbortSignal }) => void;

const page = globalThis as Page;

/** Half of it is chance, so that those who were cut off together do not come back together. */
export function backOff(failures: number, longestMs: number): number {
  return Math.min(longestMs, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
}

/** Ends early when the network is back, when somebody looks at the page again, or when the signal says so. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const whenOver = { signal: over.signal };
    page.addEventListener?.('online', end, whenOver);
    page.document?.addEventListener(
      'visibilitychange',
      () => page.document!.visibilityState === 'visible' && end(),
      whenOver,
    );
    signal?.addEventListener('abort', end, whenOver);
    if (signal?.aborted) end();
  });
}

/** Tells when the network goes. */
export function whenOffline(act: () => void, signal: AbortSignal): void {
  page.addEventListener?.('offline', act, { signal });
}

export function isOffline(): boolean {
  return (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false;
}
