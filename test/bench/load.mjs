/**
 * `callers` loops that call again as soon as they are answered, for so many seconds. Ends when the last call is
 * answered, so every call counts that took time, and the meters read before and after see all of its work.
 */
export async function drive({ call, pick, callers, seconds, signal }) {
  const latencies = [];
  const started = performance.now();
  const deadline = started + seconds * 1000;
  let failed = false;

  async function caller() {
    for (let before = started; before < deadline && !failed && !signal.aborted;) {
      await call(pick()).catch((error) => {
        failed = true;
        throw error;
      });
      const now = performance.now();
      latencies.push(now - before);
      before = now;
    }
  }

  const ends = await Promise.allSettled(Array.from({ length: callers }, caller));
  const failure = ends.find(({ status }) => status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  signal.throwIfAborted();
  const took = (performance.now() - started) / 1000;
  return { latencies: latencies.sort((a, b) => a - b), took };
}

/** @param sorted numbers in ascending order */
export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export function median(numbers) {
  const known = numbers.filter((number) => number !== null).sort((a, b) => a - b);
  if (known.length === 0) return null;
  const middle = known.length >> 1;
  return known.length % 2 === 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
}

/** Of turns of one beside those of another, pair by pair: the median ratio, and the quartiles it lies between. */
export function ratioInTurns(turns, others, key) {
  const ratios = turns.map((turn, index) => turn[key] / others[index][key]).sort((a, b) => a - b);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(2));
  return `${middle} × (${low} to ${high})`;
}
