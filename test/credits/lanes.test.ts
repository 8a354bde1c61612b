import { expect, test } from '@jest/globals';
import { Item, Lanes, type Lane } from '../../src/credits/ledger/lanes.js';
import { charge } from '../support/flights.js';

/** An operation of that wallet waits, since then. */
function enter(lanes: Lanes, user: string, since = 0, hold_id?: string): Lane {
  const operation = { ...charge(user), hold_id };
  const lane = lanes.of(operation);
  lanes.add(
    new Item(
      operation,
      lane,
      since,
      () => undefined,
      () => undefined,
    ),
    10,
  );
  return lane;
}

const users = (items: readonly { lane: Lane }[]) => items.map(({ lane }) => lane.name);

test('idle lanes are forgotten when there are too many; those in use are not', () => {
  const lanes = new Lanes(3);
  const [waiting, away, idle] = ['waiting', 'away', 'idle'].map((user) => lanes.of(charge(user)));
  enter(lanes, 'away');
  lanes.board(1, 9);
  enter(lanes, 'waiting');
  lanes.of(charge('one more'));
  expect(lanes.of(charge('waiting'))).toBe(waiting);
  expect(lanes.of(charge('away'))).toBe(away);
  expect(lanes.of(charge('idle'))).not.toBe(idle);
});

test('a lane is known again for the next operation of its wallet', () => {
  const lanes = new Lanes();
  const lane = enter(lanes, 'ann');
  lanes.land(lanes.board(1, 9));
  expect(enter(lanes, 'ann')).toBe(lane);
  expect(users(lanes.board(9, 9))).toEqual(['ann']);
});

test('a lane whose operation was overdue leaves its place, and takes another one with the next', () => {
  const lanes = new Lanes();
  enter(lanes, 'ann', 1);
  enter(lanes, 'ben', 2);
  expect(users(lanes.removeOlderThan(2))).toEqual(['ann']);
  enter(lanes, 'ann', 3);
  expect(users(lanes.board(1, 9))).toEqual(['ben']);
  expect(users(lanes.board(1, 9))).toEqual(['ann']);
  expect(lanes.board(1, 9)).toEqual([]);
});

test('what does not board keeps its place: a hold that is already aboard, then the lanes behind', () => {
  const lanes = new Lanes();
  enter(lanes, 'ann', 0, 'hold');
  enter(lanes, 'ben', 0, 'hold');
  enter(lanes, 'cat');
  enter(lanes, 'dan');
  expect(users(lanes.board(9, 3))).toEqual(['ann', 'cat']);
  expect(users(lanes.board(9, 1))).toEqual(['ben']);
  expect(users(lanes.board(9, 1))).toEqual(['dan']);
});
