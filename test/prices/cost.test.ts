import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { costOf } from '../../src/credits/prices/cost-of.js';
import type { Measured, MeasuredPrice } from '../../src/credits/prices/price.js';

type Cost = typeof costOf;

const MOST = Number.MAX_SAFE_INTEGER;
const UNITS = ['second', 'character', 'input_token', 'output_token'];

const upTo = (max: number) =>
  fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 5_000 }), fc.maxSafeNat()).map((n) => Math.min(n, max));
const rate = (unit: string) =>
  fc.record({ credits: upTo(MOST), per: upTo(MOST).map((per) => per || 1), unit: fc.constant(unit) });
const price: fc.Arbitrary<MeasuredPrice> = fc
  .subarray(UNITS, { minLength: 1 })
  .chain((units) => fc.record({ rates: fc.tuple(...units.map(rate)), atLeast: upTo(MOST) }));
const quantities: fc.Arbitrary<Measured> = fc.record(
  Object.fromEntries(UNITS.map((unit) => [unit, upTo(MOST)])),
);

/**
 * What is right, without a fraction that could be rounded: so many credits are enough, and one less is not. All
 * rates are brought to one denominator, which the code under test never forms in this way.
 */
function isExact({ rates, atLeast }: MeasuredPrice, used: Measured, credits: bigint): boolean {
  const denominator = rates.reduce((product, { per }) => product * BigInt(per), 1n);
  const owed = rates.reduce(
    (sum, { credits: each, per, unit }) =>
      sum + BigInt(each) * BigInt(used[unit]!) * (denominator / BigInt(per)),
    0n,
  );
  const isUsed = rates.some(({ unit }) => used[unit]! > 0);
  const least = isUsed ? BigInt(atLeast) : 0n;
  const isEnough = credits * denominator >= owed && credits >= least;
  const oneLess = credits - 1n;
  return isEnough && credits >= 0n && (oneLess < least || oneLess * denominator < owed);
}

/** Throws with the smallest price and quantities that a promise does not hold for. */
function check(cost: Cost): void {
  fc.assert(
    fc.property(price, quantities, quantities, (list, used, more) => {
      const credits = cost(list, used);
      const both = Object.fromEntries(UNITS.map((unit) => [unit, used[unit]! + more[unit]!]));
      return isExact(list, used, credits) && cost(list, both) >= credits;
    }),
    { numRuns: 5_000 },
  );
}

const least = ({ rates, atLeast }: MeasuredPrice, used: Measured) =>
  rates.some(({ unit }) => used[unit]! > 0) ? atLeast : 0;

/** Mistakes that others have made; the promise must find each of them. */
const BROKEN: Record<string, Cost> = {
  'rounds each rate': (list, used) => {
    const each = list.rates.map((one) => costOf({ rates: [one], atLeast: 0 }, used));
    const sum = each.reduce((all, one) => all + one, 0n);
    return sum > BigInt(least(list, used)) ? sum : BigInt(least(list, used));
  },
  'calculates in floating point': (list, used) => {
    const sum = list.rates.reduce((all, { credits, per, unit }) => all + (credits / per) * used[unit]!, 0);
    return BigInt(Math.max(Math.ceil(sum), least(list, used)));
  },
  'forgets the minimum': ({ rates }, used) => costOf({ rates, atLeast: 0 }, used),
  'takes the minimum for nothing': (list, used) => {
    const credits = costOf(list, used);
    return credits > BigInt(list.atLeast) ? credits : BigInt(list.atLeast);
  },
  'rounds down': (list, used) => {
    const credits = costOf(list, used);
    return credits > BigInt(least(list, used)) ? credits - 1n : credits;
  },
};

describe('a price by unit', () => {
  test('is the exact sum rounded up once, at least the minimum, never negative, and never falls with more', () => {
    check(costOf);
  });

  test.each(Object.entries(BROKEN))('that %s is found out', (_mistake, cost) => {
    expect(() => check(cost)).toThrow(/Property failed/);
  });

  test('is what the operator reckons it is', () => {
    const chat: MeasuredPrice = {
      rates: [
        { credits: 3, per: 1000, unit: 'input_token' },
        { credits: 15, per: 1000, unit: 'output_token' },
      ],
      atLeast: 1,
    };
    expect(costOf(chat, { input_token: 1234, output_token: 567 })).toBe(13n);
    expect(costOf(chat, { input_token: 1 })).toBe(1n);
    expect(costOf(chat, {})).toBe(0n);
    expect(costOf({ rates: [{ credits: 11, per: 10, unit: 'x' }], atLeast: 0 }, { x: 100 })).toBe(110n);
  });

  test('is not taken in by a unit that every object has', () => {
    const rates = [{ credits: 1, per: 1, unit: 'constructor' }];
    expect(costOf({ rates, atLeast: 0 }, {})).toBe(0n);
  });
});
