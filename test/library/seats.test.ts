import { beforeEach, expect, test } from '@jest/globals';
import { Seats } from '../../src/library/seats.js';

const limits = { seats: 1, maxWaiting: 4, maxWaitingPerUser: 2, maxWaitMs: 60_000 };
let served: string[];

beforeEach(() => {
  served = [];
});

const open = (more: Partial<typeof limits> = {}) =>
  new Seats({ ...limits, ...more }, () => new Error('crowded'));
/** Of a user, whose name is noted when their turn has come. */
const take = (seats: Seats, user: string, signal?: AbortSignal) =>
  seats.take(user, signal).then(
    () => void served.push(user),
    (error: Error) => error.message,
  );
/** Whatever has been decided by now. */
const settled = () => new Promise(setImmediate);

test('a user has one of them, however many are free or become so', async () => {
  const seats = open({ seats: 2 });
  for (const user of ['greedy', 'greedy', 'other']) void take(seats, user);
  await settled();
  expect([served, seats.waiting]).toEqual([['greedy', 'other'], 1]);
  seats.leave('other');
  await settled();
  expect([served, seats.taken]).toEqual([['greedy', 'other'], 1]);
  seats.leave('greedy');
  await settled();
  expect([served, seats.taken]).toEqual([['greedy', 'other', 'greedy'], 1]);
});

test('a user who asked for much is served after one who asked for little', async () => {
  const seats = open();
  for (const user of ['first', 'greedy', 'greedy', 'modest']) void take(seats, user);
  for (const leaves of ['first', 'greedy', 'modest', 'greedy']) {
    await settled();
    expect(served.at(-1)).toBe(leaves);
    seats.leave(leaves);
  }
  expect([seats.taken, seats.waiting]).toEqual([0, 0]);
});

test('so many of one user wait, and so many of all together', async () => {
  const seats = open();
  for (const user of ['first', 'greedy', 'greedy']) void take(seats, user);
  expect(await take(seats, 'greedy')).toBe('crowded');
  for (const user of ['second', 'third']) void take(seats, user);
  expect(await take(seats, 'fourth')).toBe('crowded');
  expect(seats.waiting).toBe(4);
});

test('a place that nobody waits at any more is nobody’s turn', async () => {
  const seats = open({ maxWaitMs: 20 });
  const left = new AbortController();
  void take(seats, 'first');
  const leaving = take(seats, 'leaving', left.signal);
  left.abort(new Error('left'));
  expect(await leaving).toBe('left');
  expect(await take(seats, 'late')).toBe('crowded');
  seats.leave('first');
  await settled();
  expect([served, seats.taken, seats.waiting]).toEqual([['first'], 0, 0]);
});
