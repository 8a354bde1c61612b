import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { creditsToBeBack, creditsToMove, moneyFor } from '../../src/payments/target.js';

const bought = { credits: 500, paid: 1_000 };
const refunds = (...amounts: number[]) => amounts.map((amount) => ({ amount, surplus: 0, unused: 0 }));

describe('credits that must be back', () => {
  test('follow the sum of the money, in whatever parts and order it goes', () => {
    const steps = [333, 333, 334].map((_, n, all) =>
      creditsToBeBack({ ...bought, reversals: refunds(...all.slice(0, n + 1)) }),
    );
    expect(steps).toEqual([166, 333, 500]);
  });

  test('are never more than were bought, when a refund and a dispute both claim the payment', () => {
    expect(creditsToBeBack({ ...bought, reversals: refunds(1_000, 1_000) })).toBe(500);
  });

  test('are none where nothing was paid', () => {
    expect(creditsToBeBack({ credits: 500, paid: 0, reversals: refunds(5) })).toBe(0);
  });

  test('are exact where a double is not', () => {
    const credits = 2 ** 53 - 1;
    expect(creditsToBeBack({ credits, paid: 99_999_999, reversals: refunds(99_999_998) })).toBe(
      9007199164668997,
    );
  });

  test('are all of the unused ones after a refund of them, also where the money was rounded down', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.nat(),
        (credits, paid, n) => {
          const unused = n % (credits + 1);
          const amount = moneyFor(unused, { credits, paid });
          fc.pre(amount > 0);
          const share = creditsToBeBack({ credits, paid, reversals: refunds(amount) });
          expect(share).toBeLessThanOrEqual(unused);
          const reversals = [{ amount, surplus: 0, unused }];
          expect(creditsToBeBack({ credits, paid, reversals })).toBe(unused);
          // What else goes, and comes again, moves none of these by rounding.
          const other = { amount: paid - amount, surplus: 0, unused: 0 };
          const both = creditsToBeBack({ credits, paid, reversals: [...reversals, other] });
          expect(both).toBe(credits);
          // The refund fails: nothing of it stays.
          expect(creditsToBeBack({ credits, paid, reversals: [{ ...reversals[0]!, amount: 0 }] })).toBe(0);
        },
      ),
    );
  });
});

describe('credits that move', () => {
  const of = { credits: 500, byHand: 0, unused: 0 };
  const move = (credits: number, clawed: number, lapsed = 0) =>
    creditsToMove({ credits, unused: 0 }, { ...of, clawed, lapsed });

  test('are what is missing to what is due, or too much', () => {
    expect([move(166, 0), move(333, 166), move(0, 333)]).toEqual([166, 167, -333]);
  });

  test('count what lapsed as taken back', () => {
    expect([move(500, 0, 500), move(500, 0, 300), move(250, 0, 300)]).toEqual([0, 200, 0]);
  });

  test('are none when what was kept lapses later', () => {
    expect([move(250, 250, 250), move(500, 250, 250)]).toEqual([0, 0]);
  });

  test('are given back where more than was bought would be gone: taken while on hold, and lapsed after it', () => {
    expect([move(500, 500, 500), move(250, 250, 400)]).toEqual([-500, -150]);
  });

  test('count what an operator took, and never give it back', () => {
    const byHand = (due: number, clawed: number) =>
      creditsToMove({ credits: due, unused: 0 }, { ...of, clawed, byHand: 300, lapsed: 0 });
    expect([byHand(100, 300), byHand(400, 300), byHand(0, 400), byHand(0, 300)]).toEqual([0, 100, -100, 0]);
    // The money had taken 100 before.
    expect(byHand(100, 400)).toBe(0);
  });

  test('are those that were unused, whatever lapsed besides; what lapsed stands for other money all the same', () => {
    const lapsed = 200;
    const unused = (due: number, clawed: number, before: number) =>
      creditsToMove({ credits: due, unused: 150 }, { ...of, clawed, unused: before, lapsed });
    expect([unused(150, 0, 0), unused(150, 150, 150), unused(400, 150, 150), unused(300, 150, 150)]).toEqual([
      150, 0, 50, 0,
    ]);
    // The refund failed.
    const failed = creditsToMove({ credits: 0, unused: 0 }, { ...of, clawed: 150, unused: 150, lapsed });
    expect(failed).toBe(-150);
  });
});
