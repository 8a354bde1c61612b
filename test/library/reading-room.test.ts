import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '../../src/library/file-store.js';
import { ReadingRoom } from '../../src/library/reading-room.js';
import type { RoomTask } from '../../src/library/room.js';
import { until } from '../support/until.js';

let folder: string;
const rooms: ReadingRoom[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'creditgate-reading-'));
});
afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.onApplicationShutdown()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function openRoom(): ReadingRoom {
  const room = new ReadingRoom(new FileStore(folder));
  rooms.push(room);
  return room;
}

let users = 0;
/** A task of a new user, whose program does this. */
function task(work: string, more: Partial<RoomTask> = {}): RoomTask {
  const source = encodeURIComponent(`export const work = ${work};`);
  const program = new URL(`data:text/javascript,${source}`);
  users += 1;
  return { userId: `reader-${users}`, program, files: [], seconds: 20, ...more };
}

const echo = (more?: Partial<RoomTask>) => task('async ({ given }) => given', more);
const sleeper = (more?: Partial<RoomTask>) => task('() => new Promise(() => {})', { seconds: 1, ...more });
const codeOf = (reading: Promise<{ result: unknown }>) =>
  reading.then(
    ({ result }) => ({ result }),
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

describe('a file of a stranger is read in a process apart, so that', () => {
  test('an answer and a refusal arrive, and the process is kept for the next', async () => {
    const room = openRoom();
    const whoAmI = 'async () => process.pid';
    const { result: first } = await room.run<number>(task(whoAmI));
    const { result: second } = await room.run<number>(task(whoAmI));
    expect(first).not.toBe(process.pid);
    expect(second).toBe(first);
    const refusal = `async () => {
      const { FileRefusal } = await import('${new URL('../../dist/library/file-refusal.js', import.meta.url).href}');
      throw new FileRefusal('file_corrupt', 'Broken.');
    }`;
    await expect(room.run(task(refusal))).rejects.toMatchObject({ code: 'file_corrupt', message: 'Broken.' });
    expect([room.running, room.waiting]).toEqual([0, 0]);
  });

  test('a refusal in the middle of reading and writing leaves both files open for the next', async () => {
    const room = openRoom();
    const path = join(folder, 'long.txt');
    writeFileSync(path, 'x'.repeat(200_000));
    const outputPath = join(folder, 'copied');
    const copyUnless = `async ({ given, files: [file], output }) => {
      const { FileRefusal } = await import('${new URL('../../dist/library/file-refusal.js', import.meta.url).href}');
      async function* begun() {
        for await (const chunk of file.stream()) yield chunk;
        if (given === 'refused') throw new FileRefusal('file_corrupt', 'Broken.');
      }
      for await (const _ of file.stream()) break;
      await output.write(begun());
      return process.pid;
    }`;
    const work = task(copyUnless, { files: [path], outputPath });
    const { result: first } = await room.run(work);
    rmSync(outputPath);
    await expect(room.run({ ...work, given: 'refused' })).rejects.toMatchObject({ code: 'file_corrupt' });
    const { result: second, output } = await room.run(work);
    expect([second, output!.bytes]).toEqual([first, 200_000]);
  });

  test('it is given open files, and what it writes is staged durably', async () => {
    const room = openRoom();
    const paths = ['one', 'two'].map((name) => {
      writeFileSync(join(folder, name), `This is ${name}.`);
      return join(folder, name);
    });
    const outputPath = join(folder, 'output');
    const join2 = `async ({ files, output }) => {
      const read = await Promise.all(files.map((file) => file.read()));
      await output.write([Buffer.concat(read)]);
    }`;
    const { output } = await room.run(task(join2, { files: paths, outputPath }));
    expect(output).toEqual({ path: outputPath, bytes: 24, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test.each<[string, RoomTask, unknown]>([
    ['one that never ends', task('async () => { for (;;); }', { seconds: 0.5 }), 'overloaded'],
    ['one that waits for ever', sleeper(), 'overloaded'],
    [
      'one that fills its heap',
      task('async () => { const all = []; for (;;) all.push([...Array(999).keys()]) }'),
      'overloaded',
    ],
    [
      'one that grows beside its heap',
      task(
        'async () => { const all = []; for (;;) { all.push(Buffer.alloc(1e7, 1)); await new Promise(setImmediate); } }',
      ),
      'overloaded',
    ],
    [
      'one that makes one native call too large',
      task(`async () => 'x y '.repeat(1e8).replace(/ /g, '--').length`),
      'overloaded',
    ],
    [
      'one that dies of a fault',
      task(`async () => { throw new Error('a fault of ours') }`),
      expect.stringContaining('a fault of ours'),
    ],
    ['one that leaves', task('async () => process.exit(0)'), expect.stringContaining('ended with 0')],
    ['one that reads its host’s secrets', task('async () => process.env'), { result: {} }],
  ])('%s takes nobody with it', async (_what, hostile, outcome) => {
    const room = openRoom();
    expect(await codeOf(room.run(hostile))).toEqual(outcome);
    expect(await room.run(echo({ given: 'next' }))).toMatchObject({ result: 'next' });
  });

  test('what only this machine did not manage is to be tried again', async () => {
    const late = openRoom().run(task('async () => { for (;;); }', { seconds: 0.3 }));
    await expect(late).rejects.toMatchObject({ code: 'overloaded', facts: { retryAfterSeconds: 10 } });
  });

  test('its process is gone when its time is over', async () => {
    const room = openRoom();
    const { result: pid } = await room.run<number>(task('async () => process.pid'));
    await codeOf(room.run(sleeper()));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('a client that left is not worked for, before or amid', async () => {
    const room = openRoom();
    const left = new AbortController();
    left.abort(new Error('left'));
    await expect(room.run(echo(), { signal: left.signal })).rejects.toThrow('left');
    expect(room.processes).toBe(0);
    const leaving = new AbortController();
    const started = (done: number) => done === 0.5 && leaving.abort(new Error('is leaving'));
    const busy = task('({ report }) => { report(0.5); return new Promise(() => {}); }');
    await expect(room.run(busy, { signal: leaving.signal, onProgress: started })).rejects.toThrow(
      'is leaving',
    );
  });
});

describe('seats', () => {
  test('no more than two works are done at once, the next wait, and a crowd is turned away', async () => {
    const room = openRoom();
    const sitting = [1, 2].map(() => codeOf(room.run(sleeper())));
    const waiting = Array.from({ length: 512 }, (_, number) => room.run<number>(echo({ given: number })));
    await until(() => room.running === 2 && room.waiting === 512);
    expect(await codeOf(room.run(echo()))).toBe('overloaded');
    await Promise.all(sitting);
    const results = (await Promise.all(waiting)).map(({ result }) => result);
    expect(results).toEqual(Array.from({ length: 512 }, (_, number) => number));
    expect([room.running, room.waiting]).toEqual([0, 0]);
  });

  test('one user never has all of them, however much is asked for', async () => {
    const room = openRoom();
    const userId = 'greedy';
    const greedy = Array.from({ length: 262 }, () => codeOf(room.run(sleeper({ userId }))));
    await until(() => room.running === 1);
    expect(await room.run(echo({ given: 'served' }))).toMatchObject({ result: 'served' });
    expect(room.running).toBe(1);
    const outcomes = await Promise.all(greedy.slice(257));
    expect(outcomes).toEqual(Array(5).fill('overloaded'));
    await room.onApplicationShutdown();
    await Promise.allSettled(greedy);
  });
});
