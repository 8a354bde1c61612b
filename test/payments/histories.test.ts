import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import { Player } from './history-player.js';
import { history, type Step } from './history-steps.js';
import { progressOf } from '../support/progress.js';
import { StripeShop } from './stripe-shop.js';

/** `npm run model:purchases` plays 10,000. */
const HISTORIES = Number(process.env['PURCHASE_HISTORIES'] ?? 18);
/** Another one every time; the name of the test says which. */
const SEED = Number(process.env['PURCHASE_SEED'] ?? Date.now() % 2 ** 31);

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open();
});
afterAll(() => shop.close());

/**
 * Played first, every time: what is unused stays away by no credit less when other money comes again; money that goes back after a part has lapsed, before it, and on both sides of it; what is unused
 * beside what lapsed, as credits are that came again; what an operator took before and after the money; more money that goes and comes
 * again after some for which nothing was taken, because that much had lapsed, or an operator had taken it.
 */
const look = { do: 'look', which: 0 } as const;
const undo = { do: 'undo', which: 0, n: 300 } as const;
const refund = (n: number) => [{ do: 'refund', which: 0, n } as const, look];
const EXAMPLES: Step[][] = [
  [
    { do: 'buy', offer: 'STUDIO' },
    { do: 'refund', which: 0, n: 113 },
    { do: 'unused', which: 0 },
    { do: 'fail refund', which: 0 },
    look,
  ],
  [{ do: 'buy', offer: 'YEAR' }, { do: 'spend', n: 100 }, { do: 'lapse' }, ...refund(450)],
  [{ do: 'buy', offer: 'YEAR' }, ...refund(250), { do: 'lapse' }, look],
  [{ do: 'buy', offer: 'YEAR' }, { do: 'spend', n: 300 }, ...refund(100), { do: 'lapse' }, ...refund(350)],
  [
    { do: 'buy', offer: 'YEAR' },
    ...refund(200),
    { do: 'lapse' },
    { do: 'fail refund', which: 0 },
    look,
    { do: 'unused', which: 0 },
    ...refund(250),
  ],
  [
    { do: 'buy', offer: 'STARTER' },
    ...refund(100),
    { do: 'claw back by hand', which: 0, n: 300 },
    look,
    { do: 'fail refund', which: 0 },
    look,
  ],
  [{ do: 'buy', offer: 'YEAR' }, { do: 'spend', n: 300 }, { do: 'lapse' }, ...refund(200), undo, undo],
  [{ do: 'buy', offer: 'STARTER' }, { do: 'claw back by hand', which: 0, n: 300 }, ...refund(100), undo],
];

/** The double searches all that it has, which would make the last of many histories slow. */
function forgetAll(): void {
  const { sessions, refunds, disputes, events } = shop.stripe;
  for (const known of [sessions, refunds, disputes]) known.clear();
  events.length = 0;
}

test(
  `${HISTORIES} random histories, seed ${SEED}: credits and money stay in proportion, and nothing is available while anything is owed`,
  async () => {
    const tell = progressOf(HISTORIES, 'histories held');
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const player = new Player(shop);
        for (const one of steps) await player.play(one);
        for (const { id } of player.purchases) await player.look(id);
        await player.judge();
        tell();
        forgetAll();
      }),
      {
        seed: SEED,
        numRuns: HISTORIES,
        endOnFailure: HISTORIES > 100,
        examples: EXAMPLES.map((one) => [one]),
      },
    );
    // The books are checked when the shop closes.
  },
  60_000 + HISTORIES * 2_000,
);
