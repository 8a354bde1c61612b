import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { fingerprint } from '../../src/credits/fingerprint.js';
import { keyed } from '../../src/credits/input.js';

const sha256 = (text: string) => createHash('sha256').update(text);

test('the order of members does not count, that of a list does', () => {
  const print = sha256('{"a":{"c":2,"d":3},"b":1}').digest('base64url');
  expect(fingerprint({ b: 1, a: { d: 3, c: 2 } })).toBe(print);
  expect(fingerprint({ a: { c: 2, d: 3 }, b: 1 })).toBe(print);
  expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
});

test('nothing at all has one too', () => {
  expect(fingerprint(undefined)).toBe(sha256('undefined').digest('base64url'));
});

// Keys in the ledgers that exist were stored so; in another form each retry of them would be "another input".
test('the ledger keeps sixteen hexadecimal digits of the input in the order in which it is named', () => {
  const input = ['charge', 'upload', 1, undefined];
  expect(keyed('a key', input)).toEqual({
    key: 'a key',
    fingerprint: sha256('["charge","upload",1,null]').digest('hex').slice(0, 16),
  });
});
