import { expect, test } from '@jest/globals';
import { printableName, safeName } from '../../src/library/safe-name.js';

test('a name that is sent has no sign that turns it around, and keeps its extension', () => {
  expect(printableName(`a\u202egpj.wav`)).toBe('a gpj.wav');
  expect(printableName(`${'x'.repeat(200)}.wav`)).toMatch(/x\.wav$/);
  expect(safeName('x'.repeat(200))).toHaveLength(100);
});
