import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Recurring } from '../../src/credits/plumbing.js';

let underWay = 0;
let most = 0;
let begun = 0;
let release: () => void;
const failures: unknown[] = [];

function work(): Promise<void> {
  begun += 1;
  most = Math.max(most, (underWay += 1));
  return new Promise<void>((resolve) => (release = resolve)).finally(() => (underWay -= 1));
}

beforeEach(() => {
  [underWay, most, begun] = [0, 0, 0];
  jest.useFakeTimers();
});
afterEach(() => void jest.useRealTimers());

const open = (piece = work) => new Recurring(piece, 1_000, (error) => failures.push(error));

describe('recurring work', () => {
  test('is never done twice at once, however long it takes and whoever asks', async () => {
    const recurring = open();
    recurring.start();
    await jest.advanceTimersByTimeAsync(5_000);
    recurring.wake();
    expect([begun, most]).toEqual([1, 1]);
    release();
    await jest.advanceTimersByTimeAsync(1_000);
    expect([begun, most]).toEqual([2, 1]);
    release();
    await recurring.stop();
  });

  test('that fails is told, and done again the next time', async () => {
    let times = 0;
    const recurring = open(async () => {
      if ((times += 1) === 1) throw new Error('the first time');
    });
    recurring.start();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(failures).toEqual([new Error('the first time')]);
    expect(times).toBe(2);
    await recurring.stop();
  });

  test('ends with what is under way, and nothing begins after it', async () => {
    const recurring = open();
    recurring.wake();
    let isStopped = false;
    const stopping = recurring.stop().then(() => (isStopped = true));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(isStopped).toBe(false);
    release();
    await stopping;
    recurring.wake();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(begun).toBe(1);
  });
});
