import { afterAll, beforeAll, describe, test } from '@jest/globals';
import fc from 'fast-check';
import { openClockedCredits, type ClockedCredits, type Spread } from './clocked-credits.js';
import { compareHistories } from './comparison.js';

/** `npm run model` compares 10,000. */
const histories = Number(process.env['MODEL_HISTORIES'] ?? 300);
/** Another one every time; a failure names it. */
const seed = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);

/** The ledgers are the same ones: what is asked of several is the way to them, in a sixth of the histories. */
const SPREADS: [name: string, spread: Spread, runs: number][] = [
  ['one ledger', { groups: 1, databases: 1 }, histories],
  ['four groups in one database', { groups: 4, databases: 1 }, Math.ceil(histories / 6)],
  ['eight groups in two databases', { groups: 8, databases: 2 }, Math.ceil(histories / 6)],
];

describe.each(SPREADS)('%s', (_, spread, runs) => {
  let open: ClockedCredits;
  beforeAll(async () => (open = await openClockedCredits(undefined, spread)), 60_000);
  afterAll(() => open.close());

  test(
    `after every step of ${runs} histories the ledger equals the model that books grant by grant`,
    async () => {
      const details = await compareHistories(open, { seed, numRuns: runs });
      if (details.failed) {
        const report = await fc.asyncDefaultReportMessage(details);
        throw new Error(`MODEL_SEED=${seed} MODEL_HISTORIES=${histories} makes this again\n${report}`, {
          cause: details.errorInstance,
        });
      }
      await open.check();
    },
    60_000 + runs * 500,
  );
});
