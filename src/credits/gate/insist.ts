import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { CreditsOverloadedError, CreditsUnavailableError } from '../credits.errors.js';

const TRIES = 4;
const BETWEEN_TRIES_MS = 1_000;

const logger = new Logger('Credits');

/** What was delivered is paid for: a database that is away for a moment is asked again. Never rejects. */
export async function insist(act: () => Promise<unknown>): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return void (await act());
    } catch (error) {
      const mayPass = error instanceof CreditsUnavailableError || error instanceof CreditsOverloadedError;
      if (!mayPass || left === 1) {
        return logger.error(`the credits of an answer that is over were not settled: ${String(error)}`);
      }
      await delay(BETWEEN_TRIES_MS);
    }
  }
}
