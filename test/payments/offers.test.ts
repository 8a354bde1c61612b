import { expect, test } from '@jest/globals';
import { moneyOf } from '../../src/config/money.js';
import { DEMO_PACK } from '../../src/config/packs.js';
import { Offers } from '../../src/payments/offers.js';

const named = (packs: [credits: number, amount: number, currency: string][], shortfall: number) =>
  new Offers({
    packs: packs.map(([credits, amount, currency]) => ({ ...DEMO_PACK, credits, amount, currency })),
    plans: [],
  })
    .for(shortfall)
    .map(({ amount, currency }) => `${amount} ${currency}`);

test('the cheapest offer that ends a shortage comes first, and of those that do not the largest', () => {
  const packs = [
    [100, 100, 'EUR'],
    [200, 300, 'EUR'],
    [300, 250, 'EUR'],
    [50, 50, 'EUR'],
  ] as [number, number, string][];
  expect(named(packs, 150)).toEqual(['250 EUR', '300 EUR', '100 EUR', '50 EUR']);
});

test('money of several currencies does not compare: the smallest that suffices comes first', () => {
  const packs = [
    [2_500, 2_000, 'EUR'],
    [500, 750, 'JPY'],
    [400, 800, 'EUR'],
    [100, 150, 'JPY'],
  ] as [number, number, string][];
  expect(named(packs, 300)).toEqual(['800 EUR', '750 JPY', '2000 EUR', '150 JPY']);
});

test.each([
  [500, 'EUR', '5.00 EUR'],
  [5, 'EUR', '0.05 EUR'],
  [0, 'EUR', '0.00 EUR'],
  [5, 'JPY', '5 JPY'],
  ['1234567', 'KWD', '1234.567 KWD'],
])('%s of %s is written %s', (amount, currency, text) => {
  expect(moneyOf(amount, currency)).toBe(text);
});
