import { expect, test } from '@jest/globals';
import { HoldOwners } from '../../src/credits/ledger/hold-owners.js';
import type { Operation, Outcome, OutcomeCode } from '../../src/credits/ledger/operation.js';

const amounts = { amount: 1, balance: 0, held: 0, version: 1, decidedAtMs: 0, detail: null };

/** The ledger has decided this. */
function decided(owners: HoldOwners, operation: Operation, code: OutcomeCode = 'done'): void {
  const outcome: Outcome = { code, id: operation.id ?? null, userId: 'ann', ...amounts };
  owners.learn([operation], [outcome]);
}

const hold = (id: string): Operation => ({ verb: 'hold', id, user_id: 'ann' });
const about = (verb: Operation['verb'], hold_id = 'h'): Operation => ({ verb, hold_id });

test('the owner of a hold made here is known until somebody resolves it', () => {
  const owners = new HoldOwners();
  expect(owners.told(about('capture'))).toEqual(about('capture'));
  decided(owners, hold('h'));
  expect(owners.told(about('capture'))).toEqual({ ...about('capture'), user_id: 'ann' });
  decided(owners, about('extend'));
  decided(owners, about('capture'), 'busy');
  expect(owners.told(about('release'))).toMatchObject({ user_id: 'ann' });
  decided(owners, about('capture'));
  expect(owners.told(about('release'))).toEqual(about('release'));
});

test('a hold that was refused, and another one, say nothing', () => {
  const owners = new HoldOwners();
  decided(owners, hold('h'), 'insufficient');
  decided(owners, hold('other'));
  expect(owners.told(about('capture'))).toEqual(about('capture'));
});

test('the oldest of 50,000 is forgotten for the next', () => {
  const owners = new HoldOwners();
  for (let n = 0; n <= 50_000; n += 1) decided(owners, hold(`h${n}`));
  expect(owners.told(about('capture', 'h0'))).toEqual(about('capture', 'h0'));
  expect(owners.told(about('capture', 'h1'))).toMatchObject({ user_id: 'ann' });
});
