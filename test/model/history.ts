import fc from 'fast-check';
import type { GrantCategory } from '../../src/credits/credits.types.js';

/**
 * A history is plain data, so it prints and shrinks by itself. Wallets, holds and entries are named by number, the
 * latest made is 0; a number past the first one made comes round again. Times are whole hours, so that expiries
 * meet the very instant.
 */
export type Step =
  | { do: 'wait'; hours: number }
  | { do: 'look'; wallet: number }
  | { do: 'calls'; calls: Call[] }
  | { do: 'edit'; wallet: number; change: number }
  | { do: 'set'; wallet: number; balance: number }
  | { do: 'raise'; hold: number; credits: number }
  | { do: 'allow'; wallet: number; terms: Terms }
  | { do: 'end'; allowance: number };

/** Hours count from now; a month is one of the calendar. */
export interface Terms {
  credits: number;
  carry: number;
  months: number;
  startsInHours: number;
  lastsHours: number | null;
}

export type Call =
  | { verb: 'charge'; wallet: number; credits: number }
  | { verb: 'hold'; wallet: number; credits: number; hours: number }
  | { verb: 'capture'; hold: number; credits: number | undefined }
  | { verb: 'release'; hold: number }
  | { verb: 'extend'; hold: number; hours: number }
  | {
      verb: 'grant';
      wallet: number;
      credits: number;
      priority: number;
      category: GrantCategory;
      hours: number | null;
    }
  | { verb: 'adjust'; wallet: number; change: number }
  | { verb: 'refund'; entry: number; credits: number | undefined }
  | { verb: 'clawback' | 'restore'; gift: number; credits: number };

const few = fc.integer({ min: 0, max: 6 });
const some = fc.integer({ min: 0, max: 12 });
const amount = fc.integer({ min: 1, max: 12 });
const hours = fc.integer({ min: 1, max: 6 });
const number = fc.oneof(fc.nat(3), fc.nat(40));
const wallet = fc.oneof(weighted(5, is(0)), is(1), is(2));
const change = fc.oneof(amount, fc.integer({ min: -15, max: -1 }));

const grants: fc.Arbitrary<Call> = fc.record({
  verb: is('grant'),
  wallet,
  // Now and then more than a wallet has room for, or expired on arrival.
  credits: fc.oneof(weighted(40, fc.integer({ min: 1, max: 20 })), is(Number.MAX_SAFE_INTEGER - 20)),
  priority: fc.constantFrom(0, 40, 50, 60, 100),
  category: fc.constantFrom<GrantCategory>('signup', 'paid', 'promotional', 'compensation'),
  hours: fc.option(few, { freq: 3, nil: null }),
});

const calls: fc.Arbitrary<Call> = fc.oneof(
  weighted(3, grants),
  weighted(6, fc.record({ verb: is('charge'), wallet, credits: some })),
  weighted(5, fc.record({ verb: is('hold'), wallet, credits: some, hours })),
  weighted(3, fc.record({ verb: is('capture'), hold: number, credits: fc.option(few, { nil: undefined }) })),
  weighted(1, fc.record({ verb: is('release'), hold: number })),
  weighted(1, fc.record({ verb: is('extend'), hold: number, hours })),
  weighted(
    4,
    fc.record({ verb: is('refund'), entry: number, credits: fc.option(amount, { nil: undefined }) }),
  ),
  weighted(1, fc.record({ verb: is('adjust'), wallet, change })),
  weighted(2, fc.record({ verb: is('clawback'), gift: number, credits: amount })),
  weighted(1, fc.record({ verb: is('restore'), gift: number, credits: amount })),
);

const MONTH = 31 * 24;

const terms: fc.Arbitrary<Terms> = fc.record({
  credits: amount,
  carry: some,
  months: fc.integer({ min: 1, max: 2 }),
  startsInHours: fc.oneof(is(0), few, fc.integer({ min: -4 * MONTH, max: 0 })),
  lastsHours: fc.option(fc.integer({ min: 1, max: 6 * MONTH }), { nil: null }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(5, fc.record({ do: is('wait'), hours: fc.integer({ min: 1, max: 3 }) })),
  // The months of allowances that begin now have 28 to 31 days.
  weighted(1, fc.record({ do: is('wait'), hours: fc.constantFrom(28 * 24, 30 * 24, MONTH, 2 * MONTH) })),
  weighted(1, fc.record({ do: is('look'), wallet })),
  weighted(16, fc.record({ do: is('calls'), calls: fc.tuple(calls) })),
  weighted(4, fc.record({ do: is('calls'), calls: fc.array(calls, { minLength: 2, maxLength: 8 }) })),
  weighted(2, fc.record({ do: is('edit'), wallet, change: fc.oneof(change, fc.constant(0)) })),
  weighted(1, fc.record({ do: is('set'), wallet, balance: some })),
  weighted(1, fc.record({ do: is('raise'), hold: number, credits: some })),
  weighted(1, fc.record({ do: is('allow'), wallet, terms })),
  weighted(1, fc.record({ do: is('end'), allowance: number })),
);

const opening: fc.Arbitrary<Step> = fc.record({ do: is('calls'), calls: fc.array(grants, { maxLength: 5 }) });

export const histories: fc.Arbitrary<Step[]> = fc
  .tuple(opening, fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }))
  .map(([first, others]) => [first, ...others]);

function is<const T>(value: T): fc.Arbitrary<T> {
  return fc.constant(value);
}

function weighted<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.WeightedArbitrary<T> {
  return { weight, arbitrary };
}
