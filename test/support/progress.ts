const EVERY_MS = 10_000;

/** Counts; every ten seconds says on stderr how far a run has come, which Jest shows while it waits. */
export function progressOf(total: number, what: string): () => void {
  const since = performance.now();
  let [done, saidAt] = [0, since];
  return () => {
    done += 1;
    const now = performance.now();
    if (now - saidAt < EVERY_MS) return;
    saidAt = now;
    process.stderr.write(`${done} of ${total} ${what} after ${Math.round((now - since) / 1_000)} s\n`);
  };
}
