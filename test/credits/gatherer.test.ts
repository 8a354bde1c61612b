import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { LedgerOverloadedError } from '../../src/credits/ledger/failures.js';
import type { Operation } from '../../src/credits/ledger/operation.js';
import { charge, fakeFlights, idsOf, landAll, turnOver, type FakeFlight } from '../support/flights.js';

// Time stands still unless a test moves it: whatever leaves here leaves without a timer.
beforeEach(() => void jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] }));
afterEach(() => void jest.useRealTimers());

describe('departure', () => {
  test('of a lone call waits for nothing but the end of its turn', async () => {
    const { gatherer, flights } = fakeFlights();
    const call = gatherer.submit(charge('a'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(flights).toHaveLength(1);
    expect(flights[0]!.wait).toBe(false);
    await landAll(flights);
    expect((await call).code).toBe('done');
  });

  test('of all calls of one turn is one, and each gets its own answer', async () => {
    const { gatherer, flights } = fakeFlights();
    const operations = ['a', 'b', 'a', 'c'].map((user) => charge(user));
    const calls = Promise.all(operations.map((operation) => gatherer.submit(operation)));
    await turnOver();
    expect(flights).toHaveLength(1);
    await flights[0]!.land((operation) => (operation === operations[1] ? 'insufficient' : undefined));
    const outcomes = await calls;
    expect(outcomes.map(({ code }) => code)).toEqual(['done', 'insufficient', 'done', 'done']);
    expect(idsOf(outcomes)).toEqual(idsOf(operations));
  });

  test('is one for callbacks that run one after the other in a turn, and for what goes on when a statement lands', async () => {
    const { gatherer, flights } = fakeFlights();
    const holdAndCapture = async (user: string) => {
      await gatherer.submit(charge(user));
      for (let step = 0; step < 10; step += 1) await Promise.resolve();
      await gatherer.submit(charge(user));
    };
    void holdAndCapture('a');
    process.nextTick(() => {
      void holdAndCapture('b');
      queueMicrotask(() => void holdAndCapture('c'));
    });
    await turnOver();
    await flights[0]!.land();
    expect(flights.map((flight) => flight.operations.map(({ user_id }) => user_id))).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });

  test('waits for a statement in flight, then takes all that came meanwhile', async () => {
    const { gatherer, flights } = fakeFlights();
    const operations = ['a', 'b', 'c', 'd', 'c'].map((user) => charge(user));
    for (const operation of operations) {
      void gatherer.submit(operation);
      await turnOver();
    }
    expect(flights.map((flight) => idsOf(flight.operations))).toEqual(
      operations.slice(0, 2).map(({ id }) => [id]),
    );
    expect(gatherer.waiting).toBe(3);
    await flights[0]!.land();
    expect(idsOf(flights[2]!.operations)).toEqual(idsOf([operations[2]!, operations[3]!, operations[4]!]));
    expect(gatherer.waiting).toBe(0);
  });

  test('of a second statement waits until as many ride it as the first one carries', async () => {
    const { gatherer, flights } = fakeFlights();
    for (const user of ['a', 'b', 'c']) void gatherer.submit(charge(user));
    await turnOver();
    for (const user of ['d', 'e']) void gatherer.submit(charge(user));
    await turnOver();
    expect(flights).toHaveLength(1);
    void gatherer.submit(charge('f'));
    await turnOver();
    expect(flights[1]!.operations.map(({ user_id }) => user_id)).toEqual(['d', 'e', 'f']);
  });

  test('never has a wallet in two statements at once, and keeps the order within it', async () => {
    const { gatherer, flights } = fakeFlights();
    const [first, second, third] = [charge('a'), charge('a'), charge('a')];
    void gatherer.submit(first);
    await turnOver();
    for (const operation of [second, third, charge('b')]) void gatherer.submit(operation);
    await turnOver();
    expect(flights.map(({ operations }) => operations.map(({ user_id }) => user_id))).toEqual([['a'], ['b']]);
    await flights[1]!.land();
    expect(flights).toHaveLength(2);
    await flights[0]!.land();
    expect(idsOf(flights[2]!.operations)).toEqual(idsOf([second, third]));
  });

  test('of what a full statement leaves behind is the next one, at once, but for the wallets that are away', async () => {
    const { gatherer, flights } = fakeFlights({ batchSize: 3 });
    for (const user of ['a', 'b', 'a', 'a', 'c', 'a']) void gatherer.submit(charge(user));
    await turnOver();
    const usersOf = ({ operations }: FakeFlight) => operations.map(({ user_id }) => user_id);
    expect(flights.map(usersOf)).toEqual([['a', 'b', 'c']]);
    for (const user of ['d', 'e', 'f']) void gatherer.submit(charge(user));
    await turnOver();
    expect(flights.map(usersOf)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ]);
    await flights[0]!.land();
    expect(usersOf(flights[2]!)).toEqual(['a', 'a', 'a']);
  });

  test('is two when one statement cannot take all', async () => {
    const { gatherer, flights } = fakeFlights({ batchSize: 2 });
    for (const user of ['a', 'b', 'c', 'd']) void gatherer.submit(charge(user));
    await turnOver();
    expect(flights).toHaveLength(2);
  });

  test('of many wallets is two, which stay two when their callers come back', async () => {
    const { gatherer, flights } = fakeFlights({ sharedFrom: 6 });
    const users = ['a', 'b', 'c', 'd', 'e', 'f'];
    const keepCharging = async (user: string) => {
      for (;;) await gatherer.submit(charge(user));
    };
    for (const user of users) void keepCharging(user);
    await turnOver();
    expect(flights.map(({ operations }) => operations.length)).toEqual([3, 3]);
    for (const flight of [0, 1, 2, 3]) await flights[flight]!.land();
    expect(flights.map(({ operations }) => operations.map(({ user_id }) => user_id))).toEqual(
      [0, 1, 2].flatMap(() => [users.slice(0, 3), users.slice(3)]),
    );
  });

  test('is one for fewer wallets, or for one wallet however much it wants', async () => {
    const { gatherer, flights } = fakeFlights({ sharedFrom: 6 });
    for (const user of ['a', 'a', 'b', 'a', 'c', 'a', 'd', 'a', 'e', 'a']) void gatherer.submit(charge(user));
    await turnOver();
    expect(flights.map(({ operations }) => operations.length)).toEqual([10]);
  });

  test('takes a key or a hold once at a time, in order, and keeps nobody else back', async () => {
    const { gatherer, flights } = fakeFlights();
    const [first, again, after] = [charge('a', 'k'), charge('a', 'k'), charge('a', 'l')];
    const stranger = charge('b', 'k');
    const [capture, release]: Operation[] = [
      { verb: 'capture', id: 'capture', hold_id: 'h' },
      { verb: 'release', id: 'release', hold_id: 'h' },
    ];
    for (const operation of [first, again, after, capture!, release!, stranger]) {
      void gatherer.submit(operation);
    }
    await turnOver();
    expect(new Set(flights[0]!.operations)).toEqual(new Set([first, stranger, capture]));
    await flights[0]!.land();
    expect(new Set(flights[1]!.operations)).toEqual(new Set([again, after, release]));
    expect(flights[1]!.operations.indexOf(again)).toBeLessThan(flights[1]!.operations.indexOf(after));
  });

  test('takes everybody along who came after a flood on one wallet', async () => {
    const { gatherer, flights } = fakeFlights({ batchSize: 100, flights: 1 });
    const flood = Array.from({ length: 4_000 }, () => charge('flooded'));
    for (const operation of flood) void gatherer.submit(operation);
    await turnOver();
    const late = charge('b');
    void gatherer.submit(late);
    await flights[0]!.land();
    expect(flights[1]!.operations).toContain(late);
    expect(flights[1]!.operations).toHaveLength(100);
    const flown = flights[0]!.operations.concat(
      flights[1]!.operations.filter((operation) => operation !== late),
    );
    expect(flown).toEqual(flood.slice(0, 199));
  });
});

describe('a call is refused before it is tried', () => {
  test.each([
    ['in all', { waiting: 3 }, ['a', 'b', 'c'], 'd'],
    ['for one wallet', { waitingPerLane: 2 }, ['a', 'b', 'a'], 'a'],
  ])('when too many wait %s, until there is room again', async (_, limits, waiting, refused) => {
    const { gatherer, flights } = fakeFlights(limits);
    const accepted = waiting.map((user) => gatherer.submit(charge(user)));
    await expect(gatherer.submit(charge(refused))).rejects.toThrow(LedgerOverloadedError);
    await turnOver();
    await flights[0]!.land();
    expect((await Promise.all(accepted)).map(({ code }) => code)).toEqual(['done', 'done', 'done']);
    void gatherer.submit(charge(refused));
    await turnOver();
    expect(flights[1]!.operations).toHaveLength(1);
  });

  test('when it found no place in time, and does not leave later', async () => {
    const { gatherer, flights } = fakeFlights({ patienceMs: 1_500 });
    const flying = gatherer.submit(charge('a'));
    await turnOver();
    const overdue = gatherer.submit(charge('a'));
    jest.advanceTimersByTime(1_000);
    const younger = charge('a');
    const served = gatherer.submit(younger);
    const refusal = expect(overdue).rejects.toThrow(LedgerOverloadedError);
    jest.advanceTimersByTime(700);
    await refusal;
    await flights[0]!.land();
    expect(flights[1]!.operations).toEqual([younger]);
    await flights[1]!.land();
    expect([(await flying).code, (await served).code]).toEqual(['done', 'done']);
    expect(gatherer.waiting).toBe(0);
  });
});
