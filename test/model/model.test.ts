import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import { openClockedCredits, type ClockedCredits } from './clocked-credits.js';
import { compareHistories } from './comparison.js';

/** `npm run model` compares 10,000. */
const runs = Number(process.env['MODEL_HISTORIES'] ?? 300);
/** Another one every time; a failure names it. */
const seed = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);

let open: ClockedCredits;
beforeAll(async () => (open = await openClockedCredits()));
afterAll(() => open.close());

test(
  `after every step of ${runs} histories the ledger equals the model that books grant by grant`,
  async () => {
    const details = await compareHistories(open, { seed, numRuns: runs });
    if (details.failed) {
      const report = await fc.asyncDefaultReportMessage(details);
      throw new Error(`MODEL_SEED=${seed} MODEL_HISTORIES=${runs} makes this again\n${report}`, {
        cause: details.errorInstance,
      });
    }
    await open.check();
  },
  60_000 + runs * 500,
);
