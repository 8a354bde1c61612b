import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Operation } from '../../src/credits/ledger/operation.js';
import { charge, fakeFlights, sqlError, turnOver } from '../support/flights.js';

// Nobody is refused for the time it takes here: the clock stands still.
beforeEach(() => void jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] }));
afterEach(() => void jest.useRealTimers());

describe('a statement that fails', () => {
  const inFlight = async () => {
    const fake = fakeFlights();
    const operations = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((user) => charge(user));
    const calls = Promise.allSettled(operations.map((operation) => fake.gatherer.submit(operation)));
    await turnOver();
    return { ...fake, operations, calls };
  };

  test('because of one operation harms that one only, and its neighbours happen once', async () => {
    const { flights, operations, calls } = await inFlight();
    const happened: Operation[] = [];
    for (let next = flights.shift(); next !== undefined; next = flights.shift()) {
      if (next.operations.includes(operations[4]!)) await next.crash(sqlError('23514'));
      else {
        happened.push(...next.operations);
        await next.land();
      }
    }
    expect((await calls).map(({ status }) => status === 'fulfilled')).toEqual(
      operations.map((_, index) => index !== 4),
    );
    expect(happened).toEqual(operations.filter((_, index) => index !== 4));
  });

  const lost: [string, Error][] = [
    ['a connection reset', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
    ['a connection ended', new Error('Connection terminated unexpectedly')],
    ['a driver that gave up', new Error('Query read timeout')],
    ['a server shut down', sqlError('57P01')],
    ['a statement timeout', sqlError('57014')],
    ['a full disk', sqlError('53100')],
    // Its code has the shape of an SQLSTATE.
    ['a broken pipe', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })],
  ];
  test.each(lost)('with %s is not repeated, and harms only what was in flight', async (_, error) => {
    const { gatherer, flights, operations, calls } = await inFlight();
    const next = gatherer.submit(charge('a'));
    await flights[0]!.crash(error);
    expect(flights.map((flight) => flight.operations.length)).toEqual([7, 1]);
    expect(await calls).toEqual(operations.map(() => ({ status: 'rejected', reason: error })));
    await flights[1]!.land();
    expect((await next).code).toBe('done');
  });

  test('because of a deadlock was undone, so each of its operations is tried again', async () => {
    const { flights, operations, calls } = await inFlight();
    await flights[0]!.crash(sqlError('40P01'));
    expect(flights[1]!.operations).toEqual(operations.slice(0, 3));
    await flights[1]!.land();
    await flights[2]!.land();
    expect((await calls).every(({ status }) => status === 'fulfilled')).toBe(true);
  });
});

describe('a statement that waited too long for a wallet which a stranger is just opening', () => {
  const grant = (user: string): Operation => ({ ...charge(user), verb: 'grant', credits: 5 });

  test('lets the others go on, and who would open one too waits on a flight of its own', async () => {
    const { gatherer, flights } = fakeFlights();
    const operations = [grant('new'), charge('a'), charge('b')];
    const calls = Promise.all(operations.map((operation) => gatherer.submit(operation)));
    await turnOver();
    await flights[0]!.crash(sqlError('55P03'));
    expect(flights.slice(1)).toMatchObject([
      { wait: true, operations: [operations[0]] },
      { wait: false, operations: operations.slice(1) },
    ]);
    await flights[1]!.land();
    await flights[2]!.land();
    expect((await calls).map(({ code }) => code)).toEqual(['done', 'done', 'done']);
  });

  test('keeps the order of what comes after it in the same wallet', async () => {
    const { gatherer, flights } = fakeFlights();
    const operations = [grant('new'), charge('new'), charge('a')];
    for (const operation of operations) gatherer.submit(operation).catch(() => undefined);
    await turnOver();
    await flights[0]!.crash(sqlError('55P03'));
    expect(flights.slice(1)).toMatchObject([
      { wait: true, operations: operations.slice(0, 2) },
      { wait: false, operations: operations.slice(2) },
    ]);
  });

  test('answers everybody, although all connections for waiting are taken', async () => {
    const { gatherer, flights } = fakeFlights({ patientFlights: 1 });
    const elsewhere = gatherer.submit(charge('locked'));
    await turnOver();
    await flights[0]!.land(() => 'busy');
    const answered = [grant('new'), charge('new')].map((operation) => gatherer.submit(operation));
    await turnOver();
    await flights[2]!.crash(sqlError('55P03'));
    await flights[1]!.land();
    await flights[3]!.land();
    expect(gatherer.waiting).toBe(0);
    await Promise.all([elsewhere, ...answered]);
  });
});
