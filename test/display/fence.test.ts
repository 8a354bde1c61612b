import { expect, test } from '@jest/globals';
import { walletHash } from '../../src/credits/plumbing.js';
import { Fence } from '../../src/credits-display/fence.js';

// Anybody who may connect may notify, and what nobody understands makes everything suspect.
test('a change is told from none after however many changes of everything', () => {
  const fence = new Fence();
  for (let times = 0; times < 2 ** 21 + 1; times += 1) fence.everythingChanged();
  const ticket = fence.ticket('alice');
  fence.changed(walletHash('alice'));
  expect(fence.isCurrent('alice', ticket)).toBe(false);
});
