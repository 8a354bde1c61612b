import { expect, test } from '@jest/globals';
import { sizeOf } from '../../src/problems/size-of.js';

test.each([
  [10 * 1024 ** 2, '10 MiB'],
  [1024 ** 3, '1 GiB'],
  [1536, '1536 bytes'],
  [64 * 1024, '64 KiB'],
  [1, '1 byte'],
  [0, '0 bytes'],
])('%d bytes are said as %s', (bytes, said) => {
  expect(sizeOf(bytes)).toBe(said);
});
