import { setTimeout as delay } from 'node:timers/promises';
import { troubleOf } from '../credits/index.js';

const MOST_TRIES = 10;
const RETRY_AFTER_MS = 250;

/**
 * At the start, on a server that has just answered. It may be slow to do so again, and so may this process be, which loads its
 * code meanwhile: what passes by itself is waited for, since nobody else waits yet for an answer within a second.
 */
export async function firstConnection<T>(connect: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await connect();
    } catch (error) {
      if (tries === MOST_TRIES || troubleOf(error) === undefined) throw error;
      await delay(RETRY_AFTER_MS);
    }
  }
}
