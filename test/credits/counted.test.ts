import { expect, test } from '@jest/globals';
import { counted } from '../../src/credits/counted.js';

test('a number and what it counts agree, and thousands stand apart', () => {
  const said = [0, 1, 2, 1_234_567].map((count) => counted(count, 'credit'));
  expect(said).toEqual(['0 credits', '1 credit', '2 credits', '1,234,567 credits']);
  expect(counted(1, 'entry', 'entries')).toBe('1 entry');
  expect(counted(3, 'entry', 'entries')).toBe('3 entries');
});
