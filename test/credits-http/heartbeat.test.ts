import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { BalanceStreams } from '../../src/credits-http/balance-streams.js';
import type { EventStream } from '../../src/credits-http/event-stream.js';
import type { LedgerHistory } from '../../src/credits-http/history.js';
import type { ShownBalances } from '../../src/credits-http/shown-balances.js';

const EVERY_MS = 15_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function openStreams() {
  const shown = {
    signal: { subscribe: () => undefined },
    display: { read: () => new Promise(() => undefined) },
  };
  const streams = new BalanceStreams(shown as unknown as ShownBalances, {} as LedgerHistory);
  streams.onModuleInit();
  return streams;
}

function listen(streams: BalanceStreams, isStillGood: () => Promise<boolean>) {
  const stream = { onClose: () => undefined, beat: jest.fn(), end: jest.fn() };
  const untilMs = Date.now() + 3_600_000;
  streams.add('alice', stream as unknown as EventStream, { untilMs, isStillGood });
  return stream;
}

test('a sign of life that fails is given again the next time, and ends nothing', async () => {
  const streams = openStreams();
  let asked = 0;
  const stream = listen(streams, async () => {
    if ((asked += 1) === 1) throw new Error('the key set cannot be fetched');
    return true;
  });
  await jest.advanceTimersByTimeAsync(2 * EVERY_MS);
  expect([asked, stream.beat.mock.calls.length, stream.end.mock.calls.length]).toEqual([2, 1, 0]);
  streams.onModuleDestroy();
});

test('a sign of life that takes long is not given twice at once', async () => {
  const streams = openStreams();
  let asked = 0;
  listen(streams, () => {
    asked += 1;
    return new Promise(() => undefined);
  });
  await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
  expect(asked).toBe(1);
  streams.onModuleDestroy();
});
