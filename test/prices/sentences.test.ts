import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPrices } from '../../src/config/prices.js';
import { PriceList } from '../../src/credits/price-list.js';
import type { MeasuredPrice, Price } from '../../src/credits/prices/price.js';
import { inWords, readPrice } from '../../src/credits/prices/read-price.js';

const MOST = Number.MAX_SAFE_INTEGER;
const HUGE = `${BigInt(MOST) + 1n}`;

const whole = fc.oneof(fc.nat({ max: 100 }), fc.maxSafeNat());
const unit = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
const measured: fc.Arbitrary<MeasuredPrice> = fc.record({
  rates: fc.uniqueArray(fc.record({ credits: whole, per: whole.map((per) => per || 1), unit }), {
    selector: (rate) => rate.unit,
    minLength: 1,
    maxLength: 5,
  }),
  atLeast: whole,
});

const words = fc.constantFrom(
  ...[
    '2',
    '60',
    '0',
    '007',
    '1e3',
    '-1',
    '1.5',
    HUGE,
    'per',
    'at',
    'least',
    'second',
    'Second',
    'half_page',
    '_x',
  ],
  ...[',', ', ', ' ', '  ', '\t', '\n', 'for', '٣', '"', ''],
);

/** A sentence, one with a piece exchanged, or pieces in any order. */
const anySentence = fc.oneof(
  measured.map(inWords),
  fc.tuple(measured, fc.nat({ max: 12 }), words).map(([price, at, other]) => {
    const pieces = inWords(price).split(/(?<= )|(?= )/);
    pieces[at % pieces.length] = other;
    return pieces.join('');
  }),
  fc.array(words, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join('')),
);

/** Another way to tell a price: by its pieces, one after the other. */
function isPrice(text: string): boolean {
  const isWhole = (piece: string | undefined, from: number) =>
    piece !== undefined && /^\d+$/.test(piece) && BigInt(piece) >= from && BigInt(piece) <= MOST;
  if (isWhole(text, 0)) return true;
  const units = new Set<string>();
  const parts = text.split(',').map((part, index, all) => {
    const inner = index === 0 ? part : part.replace(/^ +/, '');
    return (index === all.length - 1 ? inner : inner.replace(/ +$/, '')).split(/ +/);
  });
  return parts.every(([one, two, three, four, ...more], index) => {
    if (more.length > 0) return false;
    if (one === 'at') {
      return (
        two === 'least' && isWhole(three, 0) && four === undefined && index > 0 && index === parts.length - 1
      );
    }
    const isNew = four !== undefined && /^[a-z][a-z0-9_]*$/.test(four) && !units.has(four);
    units.add(four ?? '');
    return isWhole(one, 0) && two === 'per' && isWhole(three, 1) && isNew;
  });
}

describe('a price by unit', () => {
  test('of 10,000 sentences, well-formed and not, is read as it says or refused by the name of its variable', () => {
    const seen = { read: 0, refused: 0 };
    fc.assert(
      fc.property(anySentence, (text) => {
        const { prices, faults } = readPrices({ CREDIT_COST_THING: text });
        if (text === '') return faults.length === 0 && !('thing' in prices);
        seen[isPrice(text) ? 'read' : 'refused'] += 1;
        if (!isPrice(text)) return faults.length === 1 && faults[0]!.startsWith('CREDIT_COST_THING must ');
        const price = prices['thing'] as number | MeasuredPrice;
        return (
          faults.length === 0 &&
          (typeof price === 'number' || inWords(readPrice(inWords(price))) === inWords(price))
        );
      }),
      { numRuns: 10_000 },
    );
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(2_000);
  });

  test('is what its sentence says', () => {
    fc.assert(fc.property(measured, (price) => expect(readPrice(inWords(price))).toEqual(price)));
  });

  test('is the same price however it is written, and another one makes another price list', () => {
    const version = (price: Price) => new PriceList({ transcribe: price }).version;
    const rates = [{ unit: 'second', per: 60, credits: 2 }];
    expect(version('2 per 60 second, at least 2')).toBe(version({ atLeast: 2, rates }));
    expect(version('2 per 60 second')).toBe(version({ rates }));
    expect(version('15')).toBe(version(15));
    const others = [
      '2 per 60 second',
      '2 per 61 second',
      '3 per 60 second',
      '2 per 60 byte',
      '2 per 60 second, at least 1',
    ];
    expect(new Set(others.map(version)).size).toBe(others.length);
  });

  test('is refused for every fault, and the refusal does not repeat it', () => {
    const faulty = [
      ...[
        '2 per second',
        '2 per 0 second',
        '2 for 60 second',
        '2 per 60 Seconds',
        'at least 2',
        '2, at least 2',
      ],
      ...[
        '2 per 60 second, 3 per 60 second',
        '2 per 60 second at least 2',
        '2 per 60 second, at least 2, at least 3',
      ],
      ...[
        '-2 per 60 second',
        '2.5 per 60 second',
        '2 per 60 second,',
        ' 2 per 60 second',
        `${HUGE} per 60 second`,
      ],
      `2 per ${HUGE} second`,
      `2 per 60 second, at least ${HUGE}`,
      Array.from({ length: 17 }, (_, index) => `2 per 60 hunter${index}`).join(', '),
    ];
    for (const text of faulty) {
      const { faults } = readPrices({ CREDIT_COST_THING: text });
      expect([text, faults.length]).toEqual([text, 1]);
      expect(faults[0]).toMatch(/^CREDIT_COST_THING must /);
      expect(faults[0]).not.toContain('hunter');
    }
  });

  test('is refused in code by the name of its action', () => {
    const faulty = [
      NaN,
      -1,
      1.5,
      null,
      undefined,
      [],
      {},
      { rates: [] },
      { rates: [{ credits: 1, per: 0, unit: 'x' }] },
      '',
      'x',
    ];
    for (const price of faulty) {
      expect(() => new PriceList({ thing: price as Price })).toThrow(/^the price of thing must/);
    }
  });

  test('is shown with an example, so that a slip is seen before anybody pays for it', () => {
    const list = new PriceList({
      transcribe: '2 per 60 second, at least 2',
      chat: '3 per 1000 input_token, 15 per 1000 output_token, at least 1',
      export: 15,
    });
    expect(list.inWords()).toEqual([
      'chat: 3 per 1000 input_token, 15 per 1000 output_token, at least 1; e.g. 10000 input_token + 10000 output_token = 180',
      'export: 15 per call',
      'transcribe: 2 per 60 second, at least 2; e.g. 600 second = 20',
    ]);
  });
});
