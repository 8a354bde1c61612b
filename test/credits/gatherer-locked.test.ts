import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { LedgerOverloadedError } from '../../src/credits/ledger/failures.js';
import type { Operation, Outcome } from '../../src/credits/ledger/operation.js';
import { charge, fakeFlights, idsOf, landAll, sqlError, turnOver } from '../support/flights.js';

// Time stands still unless a test moves it: whatever leaves here leaves without a timer.
beforeEach(() => void jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] }));
afterEach(() => void jest.useRealTimers());

describe('a wallet that a foreign transaction holds', () => {
  const busy = (user: string) => (operation: Operation) =>
    operation.user_id === user ? ('busy' as const) : undefined;

  test('is waited for on a flight of its own while the others go on', async () => {
    const { gatherer, flights } = fakeFlights();
    const outcome = gatherer.submit(charge('locked'));
    const other = gatherer.submit(charge('b'));
    await turnOver();
    await flights[0]!.land(busy('locked'));
    expect((await other).code).toBe('done');
    expect(flights[1]).toMatchObject({ wait: true, operations: [{ user_id: 'locked' }] });
    const another = gatherer.submit(charge('b'));
    await turnOver();
    expect(flights[2]).toMatchObject({ wait: false, operations: [{ user_id: 'b' }] });
    await flights[2]!.land();
    expect((await another).code).toBe('done');
    await flights[1]!.land();
    expect((await outcome).code).toBe('done');
  });

  test('keeps the order of what waits for it, also of what comes later', async () => {
    const { gatherer, flights } = fakeFlights();
    const operations = Array.from({ length: 5 }, () => charge('locked'));
    const order: unknown[] = [];
    const submit = (operation: Operation) =>
      gatherer.submit(operation).then((outcome: Outcome) => order.push(outcome.id));
    const early = operations.slice(0, 3).map(submit);
    await turnOver();
    const later = [submit(operations[3]!)];
    await flights[0]!.land(busy('locked'));
    later.push(submit(operations[4]!));
    await turnOver();
    expect(flights.slice(1)).toHaveLength(1);
    expect(flights[1]).toMatchObject({ wait: true });
    expect(idsOf(flights[1]!.operations)).toEqual(idsOf(operations.slice(0, 4)));
    expect(gatherer.waiting).toBe(1);
    await landAll(flights.splice(1));
    await landAll(flights.splice(1));
    await Promise.all([...early, ...later]);
    expect(order).toEqual(idsOf(operations));
    expect(gatherer.waiting).toBe(0);
  });

  test('takes no more connections than there are for waiting; the next wallet has its turn then', async () => {
    const { gatherer, flights } = fakeFlights({ patientFlights: 2 });
    const calls = ['a', 'b', 'c', 'd'].map((user) => gatherer.submit(charge(user)));
    await turnOver();
    await flights.shift()!.land(() => 'busy');
    expect(flights.map(({ operations }) => operations[0]!.user_id)).toEqual(['a', 'b']);
    await flights.shift()!.land();
    expect(flights.map(({ operations }) => operations[0]!.user_id)).toEqual(['b', 'c']);
    await landAll(flights);
    expect((await Promise.all(calls)).map(({ code }) => code)).toEqual(Array(4).fill('done'));
  });

  test('keeps nobody past the time for a place, also when nothing waited while it was asked', async () => {
    const { gatherer, flights } = fakeFlights({ patientFlights: 1, patienceMs: 1_500 });
    const first = gatherer.submit(charge('a'));
    const second = gatherer.submit(charge('b'));
    await turnOver();
    jest.advanceTimersByTime(1_000);
    await flights[0]!.land(() => 'busy');
    const refusal = expect(second).rejects.toThrow(LedgerOverloadedError);
    jest.advanceTimersByTime(700);
    await refusal;
    await flights[1]!.land();
    expect((await first).code).toBe('done');
    expect(gatherer.waiting).toBe(0);
  });

  test('for too long refuses those that waited, and what comes later has its own try', async () => {
    const { gatherer, flights } = fakeFlights();
    const first = gatherer.submit(charge('locked'));
    await turnOver();
    await flights[0]!.land(() => 'busy');
    const refusal = expect(first).rejects.toMatchObject({ code: '55P03' });
    const second = gatherer.submit(charge('locked'));
    await flights[1]!.crash(sqlError('55P03'));
    await refusal;
    expect(flights[2]).toMatchObject({ wait: false });
    await flights[2]!.land();
    expect((await second).code).toBe('done');
  });
});
