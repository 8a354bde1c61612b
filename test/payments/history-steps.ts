import fc from 'fast-check';

const n = fc.integer({ min: 1, max: 700 });
const which = fc.nat(3);
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('buy' as const),
      offer: fc.constantFrom('STARTER', 'STUDIO', 'YEAR'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('spend' as const), n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hold' as const), n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('capture' as const, 'release' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('refund' as const), which, n }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('dispute' as const, 'win' as const, 'fail refund' as const),
      which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('unused' as const, 'look' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('lapse' as const, 'tell' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit' as const), n }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('claw back by hand' as const), which, n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), which, n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refund a charge' as const), n }) },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What may become of one purchase, each once or not at all, in any order. */
const oneOfItsOwn = fc
  .tuple(fc.constantFrom('STARTER', 'YEAR'), fc.array(n, { minLength: 4, maxLength: 4 }))
  .chain(([offer, [spent, back, taken, undone]]) => {
    const newest = { which: 0 } as const;
    const look = { do: 'look', ...newest } as const;
    const fates: Step[][] = [
      [{ do: 'spend', n: spent! }],
      [{ do: 'lapse' }],
      [{ do: 'claw back by hand', n: taken!, ...newest }],
      [{ do: 'refund', n: back!, ...newest }, look],
      [{ do: 'undo', n: undone!, ...newest }],
    ];
    const buy: Step = { do: 'buy', offer };
    return fc.shuffledSubarray(fates, { minLength: 3 }).map((some) => [buy, ...some.flat()]);
  });
const passages = fc.oneof(
  { weight: 12, arbitrary: step.map((one): Step[] => [one]) },
  { weight: 1, arbitrary: oneOfItsOwn },
);
export const history = fc.array(passages, { minLength: 6, maxLength: 24 }).map((all) => all.flat());
