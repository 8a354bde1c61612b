import { setTimeout as delay } from 'node:timers/promises';

/** Ask again until the answer is yes; throws when it has not come within `patienceMs`, below Jest's own limit. */
export async function until(condition: () => Promise<boolean> | boolean, patienceMs = 20_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not so within ${patienceMs} ms: ${condition.toString()}`);
    await delay(5);
  }
}
