import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  creditsToMove,
  dueOf,
  lessRefills,
  moneyFor,
  type Reversal,
  type Stand,
} from '../../src/payments/target.js';

const bought = { credits: 500, paid: 1_000 };
const refunds = (...amounts: number[]) =>
  amounts.map((amount) => ({ amount, surplus: 0, unused: 0, gone: null }));
const creditsToBeBack = (stand: Stand) => dueOf(stand).credits;

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
    const most = { credits: 9_007_199_254_740_991, paid: 1_000 };
    expect(creditsToBeBack({ ...most, reversals: refunds(112) })).toBe(1_008_806_316_530_990);
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
          const reversals: Reversal[] = [{ amount, surplus: 0, unused, gone: null }];
          expect(creditsToBeBack({ credits, paid, reversals })).toBe(unused);
          // What else goes, and comes again, moves none of these by rounding.
          const [other] = refunds(paid - amount);
          const both = creditsToBeBack({ credits, paid, reversals: [...reversals, other!] });
          expect(both).toBe(credits);
          // The refund fails: nothing of it stays.
          expect(creditsToBeBack({ credits, paid, reversals: [{ ...reversals[0]!, amount: 0 }] })).toBe(0);
        },
      ),
    );
  });
});

describe('credits that move', () => {
  /** Of 500 for 5.00, whose money goes as the reversals say. */
  const move = (
    reversals: Partial<Reversal>[],
    moved: { clawed?: number; byHand?: number; lapsed?: number },
  ) => {
    const all = reversals.map((one) => ({ amount: 0, surplus: 0, unused: 0, gone: null, ...one }));
    const due = dueOf({ credits: 500, paid: 500, reversals: all });
    return creditsToMove(due, { credits: 500, clawed: 0, byHand: 0, lapsed: 0, ...moved });
  };

  test('are what is missing to what is due, or too much', () => {
    const [part, more] = [{ amount: 166, gone: 0 }, { amount: 167 }];
    expect([move([part], {}), move([part, more], { clawed: 166 }), move([], { clawed: 333 })]).toEqual([
      166, 167, -333,
    ]);
  });

  test('count what lapsed as taken back', () => {
    const all = [{ amount: 500 }];
    expect([move(all, { lapsed: 500 }), move(all, { lapsed: 300 })]).toEqual([0, 200]);
    expect(move([{ amount: 250 }], { lapsed: 300 })).toBe(0);
  });

  test('are no more than there can be, whatever went since', () => {
    expect(move([{ amount: 500, unused: 500 }], { clawed: 300, byHand: 300 })).toBe(200);
    // An operator took by hand what had lapsed.
    expect(move([{ amount: 500 }], { clawed: 400, byHand: 400, lapsed: 500 })).toBe(0);
  });

  test('are none when what was kept lapses later', () => {
    const before = { amount: 250, gone: 0 };
    expect(move([before], { clawed: 250, lapsed: 250 })).toBe(0);
    expect(move([before, { amount: 250 }], { clawed: 250, lapsed: 250 })).toBe(0);
  });

  test('are given back where more than was bought would be gone: taken while on hold, and lapsed after it', () => {
    expect(move([{ amount: 500, gone: 0 }], { clawed: 500, lapsed: 500 })).toBe(-500);
    expect(move([{ amount: 250, gone: 0 }], { clawed: 250, lapsed: 400 })).toBe(-150);
  });

  test('count what an operator took, and never give it back', () => {
    const byHand = 300;
    const first = { amount: 100, gone: 300 };
    expect([
      move([{ amount: 100 }], { clawed: 300, byHand }),
      move([first, { amount: 300 }], { clawed: 300, byHand }),
      move([], { clawed: 400, byHand }),
      move([], { clawed: 300, byHand }),
    ]).toEqual([0, 100, -100, 0]);
    // The money had taken 100 before.
    expect(move([{ amount: 100, gone: 0 }], { clawed: 400, byHand })).toBe(0);
    // The operator gave it again: nothing but the money takes any more.
    expect(move([first], {})).toBe(100);
  });

  test('are those that were unused, whatever lapsed besides; what lapsed stands for other money all the same', () => {
    const unused = { amount: 150, unused: 150, gone: 200 };
    const other = (amount: number) => ({ amount, gone: 200 });
    expect([
      move([unused], { lapsed: 200 }),
      move([unused], { clawed: 150, lapsed: 200 }),
      move([unused, other(250)], { clawed: 150, lapsed: 200 }),
      move([unused, other(150)], { clawed: 150, lapsed: 200 }),
    ]).toEqual([150, 0, 50, 0]);
    // The refund failed.
    expect(move([{ ...unused, amount: 0 }], { clawed: 150, lapsed: 200 })).toBe(-150);
  });

  test('are such that money which went and came again leaves all as it was, whenever that was', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
    const lapses = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(amounts, lapses, fc.nat(), (all, steps, n) => {
        // Between any two of them a part lapses; what is spent is none of this function's business.
        let [gone, clawed] = [0, 0];
        const stood: { amount: number; gone: number }[] = [];
        const seen = (reversals: typeof stood) => (clawed += move(reversals, { clawed, lapsed: gone }));
        const without: number[] = [];
        const undone = n % all.length;
        all.forEach((amount, i) => {
          gone = Math.max(gone, Math.min(500 - clawed, gone + steps[i]!));
          if (i === undone) without.push(seen(stood));
          stood.push({ amount, gone });
          seen(stood);
          if (i !== undone) return;
          stood[i]!.amount = 0;
          without.push(seen(stood));
        });
        expect(without[1]).toBe(without[0]);
      }),
    );
  });
});

describe('refills to come', () => {
  const cutFor = (coming: number) => (credits: number) => Math.min(coming, Math.floor(credits / 100)) * 100;
  const due = (...parts: Partial<Reversal>[]) =>
    dueOf({
      credits: 1200,
      paid: 1200,
      reversals: parts.map((one) => ({ amount: 0, surplus: 0, unused: 0, gone: null, ...one })),
    });

  test('are cut before anything is taken of what has come', () => {
    const rest = lessRefills(due({ amount: 650 }), cutFor(11));
    expect(creditsToMove(rest, { credits: 100, clawed: 0, byHand: 0, lapsed: 0 })).toBe(50);
    expect(
      creditsToMove(lessRefills(due({ amount: 1200 }), cutFor(11)), {
        credits: 100,
        clawed: 0,
        byHand: 0,
        lapsed: 30,
      }),
    ).toBe(70);
  });

  test('stand for the money that went first, too: what was taken for it of the first month comes again', () => {
    const both = due({ amount: 50, gone: 0 }, { amount: 50 });
    const rest = lessRefills(both, cutFor(11));
    expect(creditsToMove(rest, { credits: 100, clawed: 50, byHand: 0, lapsed: 0 })).toBe(-50);
  });
});
