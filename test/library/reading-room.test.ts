import { describe, expect, it } from '@jest/globals';
import { ReadingRoom } from '../../src/library/reading-room.js';
import type { ThreadProgram } from '../../src/library/thread-room.js';
import { until } from '../support/until.js';

/** A reader whose program is this text. */
function reader(program: string, limits: Partial<ThreadProgram> = {}): ThreadProgram {
  const prelude = "import { parentPort, workerData } from 'node:worker_threads';";
  const source = encodeURIComponent(prelude + program);
  return { program: new URL(`data:text/javascript,${source}`), memoryMb: 32, seconds: 5, ...limits };
}

const echo = reader('parentPort.postMessage({ result: workerData });');
const sleeper = reader('setTimeout(() => parentPort.postMessage({ result: 1 }), 60_000)', { seconds: 0.5 });
const codeOf = (reading: Promise<unknown>) =>
  reading.then(
    (result) => ({ result }),
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

describe('a file of a stranger is read apart, so that', () => {
  it('a reader’s answer and its refusal arrive', async () => {
    const room = new ReadingRoom();
    expect(await room.run(echo, { path: 'x' })).toEqual({ path: 'x' });
    const refusing = reader(
      "parentPort.postMessage({ refusal: { code: 'file_corrupt', detail: 'Broken.' } })",
    );
    await expect(room.run(refusing, '')).rejects.toMatchObject({ code: 'file_corrupt', message: 'Broken.' });
    expect([room.running, room.waiting]).toEqual([0, 0]);
  });

  it.each<[string, ThreadProgram, string]>([
    ['one that never ends', reader('for (;;);', { seconds: 0.3 }), 'file_too_complex'],
    ['one that waits for ever', sleeper, 'file_too_complex'],
    ['one that dies of a fault', reader("throw new Error('a fault of ours')"), 'a fault of ours'],
    ['one that leaves', reader('process.exit(0)'), expect.stringContaining('without an answer') as never],
    [
      'one that reads its host’s secrets',
      reader('parentPort.postMessage({ result: process.env.PATH ?? null })'),
      { result: null } as never,
    ],
  ])('%s takes nobody with it', async (_what, hostile, code) => {
    const room = new ReadingRoom();
    expect(await codeOf(room.run(hostile, ''))).toEqual(code);
    expect(await room.run(echo, 'next')).toBe('next');
  });

  it('its thread is over when its time is', async () => {
    const room = new ReadingRoom();
    const beats = new Int32Array(new SharedArrayBuffer(4));
    await codeOf(room.run(reader('for (;;) Atomics.add(workerData, 0, 1)', { seconds: 0.3 }), beats));
    const atItsEnd = Atomics.load(beats, 0);
    await room.run(echo, '');
    expect(atItsEnd).toBeGreaterThan(0);
    expect(Atomics.load(beats, 0)).toBe(atItsEnd);
  });

  it('its reader ends at the limit of its memory, long before that of its time', async () => {
    const greedy = reader('const all = []; for (;;) all.push([...Array(1000).keys()])', { seconds: 20 });
    await expect(new ReadingRoom().run(greedy, '')).rejects.toThrow('the memory it may take');
  });

  it('no more than two are read at once, the next ones wait, and a crowd is turned away', async () => {
    const room = new ReadingRoom();
    const sitting = [1, 2].map(() => codeOf(room.run(sleeper, '')));
    const order: number[] = [];
    const waiting = Array.from({ length: 32 }, async (_, number) => {
      await room.run(echo, '');
      order.push(number);
    });
    await until(() => room.running === 2 && room.waiting === 32);
    expect(await codeOf(room.run(echo, ''))).toBe('overloaded');
    await Promise.all([...sitting, ...waiting]);
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, number) => number));
    expect([room.running, room.waiting]).toEqual([0, 0]);
  });
});
