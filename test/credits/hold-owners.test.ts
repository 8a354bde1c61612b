import { expect, test } from '@jest/globals';
import { HoldOwners } from '../../src/credits/ledger/hold-owners.js';
import type { Operation, Outcome, OutcomeCode } from '../../src/credits/ledger/operation.js';

const amounts = { amount: 1, balance: 0, held: 0, owed: 0, version: 1, decidedAtMs: 0, detail: null };

/** The ledger has decided this. */
function decided(owners: HoldOwners, operation: Operation, code: OutcomeCode = 'done'): void {
  const outcome: Outcome = { code, id: operation.id ?? null, userId: 'ann', ...amounts };
  owners.learn([operation], [outcome]);
}

const FIRST = '0192f0c1-0000-7000-8000-00000000abcd';
const SAME_PLACE = '0192f0c1-0001-7000-8000-00000001abcd';
const hold = (id = FIRST): Operation => ({ verb: 'hold', id, user_id: 'ann' });
const about = (verb: Operation['verb'], hold_id = FIRST): Operation => ({ verb, hold_id });

/** Whose the operation's hold is said to be. */
function ownerOf(owners: HoldOwners, operation: Operation): string | undefined {
  expect(owners.tell(operation)).toBe(operation.user_id !== undefined);
  return operation.user_id;
}

test('the owner of a hold made here is known until somebody resolves it', () => {
  const owners = new HoldOwners();
  expect(ownerOf(owners, about('capture'))).toBeUndefined();
  decided(owners, hold());
  expect(ownerOf(owners, about('capture'))).toBe('ann');
  decided(owners, about('extend'));
  decided(owners, about('capture'), 'busy');
  expect(ownerOf(owners, about('release'))).toBe('ann');
  decided(owners, about('capture'));
  expect(ownerOf(owners, about('release'))).toBeUndefined();
});

test('a hold that was refused, another one, and what is about no hold say nothing', () => {
  const owners = new HoldOwners();
  decided(owners, hold(), 'insufficient');
  decided(owners, hold(SAME_PLACE));
  expect(ownerOf(owners, about('capture'))).toBeUndefined();
  expect(ownerOf(owners, { verb: 'settle' })).toBeUndefined();
});

test('a hold gives its place to the next one there, and neither takes the other with it', () => {
  const owners = new HoldOwners();
  decided(owners, hold());
  decided(owners, hold(SAME_PLACE));
  expect(ownerOf(owners, about('capture'))).toBeUndefined();
  decided(owners, about('capture'));
  expect(ownerOf(owners, about('capture', SAME_PLACE))).toBe('ann');
});
