import { setTimeout as delay } from 'node:timers/promises';
import { troubleOf } from '../credits/index.js';

const MOST_TRIES = 10;
const RETRY_AFTER_MS = 250;

/**
 * Runs at the start, on a server that has just answered. The server may now be slow, and so may this process, which
 * is loading its code; so trouble that passes by itself is waited for. Nobody else expects an answer within a second
 * yet.
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
