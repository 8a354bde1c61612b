import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '../../src/library/file-store.js';
import { ReadingRoom } from '../../src/library/reading-room.js';
import { until } from '../support/until.js';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'creditgate-lowly-'));
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';
/** Only root has something to give up. */
const asRoot = isRoot && isLinux ? test : test.skip;
const rooms: ReadingRoom[] = [];

afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.onApplicationShutdown()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run<T>(work: string): Promise<{ result: T }> {
  const room = new ReadingRoom(new FileStore(folder));
  rooms.push(room);
  const program = new URL(`data:text/javascript,${encodeURIComponent(`export const work = ${work};`)}`);
  return room.run<T>({ userId: 'x', program, files: [], seconds: 20 });
}

describe('a process that reads strangers’ files', () => {
  asRoot('is a user that nothing else uses, for good, where its server is root', async () => {
    const who = `async () => {
      let again;
      try { process.setuid(0); again = 'root' } catch (error) { again = error.code }
      return [process.getuid(), process.geteuid(), process.getgid(), process.getegid(), again];
    }`;
    const one = await run<number[]>(who);
    const two = await run<number[]>(who);
    const [uid, ...others] = one.result;
    expect(uid).toBeGreaterThanOrEqual(61_184);
    expect(others).toEqual([uid, uid, uid, 'EPERM']);
    expect(two.result[0]).not.toBe(uid);
  });

  asRoot('may not open what only its server may', async () => {
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'x', { mode: 0o600 });
    const open = `async () => (await import('node:fs')).promises.readFile(${JSON.stringify(secret)}).then(String, (error) => error.code)`;
    expect((await run(open)).result).toBe('EACCES');
  });

  asRoot(
    'has loaded all that it needs before: also from a folder that nobody else may enter',
    () => {
      // Links do for a copy, on the same file system.
      const hidden = join(root, '.tmp', `hidden-${process.pid}`);
      mkdirSync(hidden, { recursive: true });
      try {
        execFileSync('cp', ['-al', join(root, 'dist'), join(root, 'node_modules'), hidden]);
        chmodSync(hidden, 0o700);
        const script = join(import.meta.dirname, 'hidden.mjs');
        const said = execFileSync(process.execPath, [script, hidden, join(root, 'test/files')], {
          encoding: 'utf8',
        });
        const outcomes = JSON.parse(said) as Record<string, string>;
        expect(Object.keys(outcomes).length).toBeGreaterThan(25);
        const failed = Object.entries(outcomes).filter(([, outcome]) => outcome !== 'ok');
        expect(failed).toEqual([['tone-flac.ogg', 'unsupported_file_type']]);
      } finally {
        rmSync(hidden, { recursive: true, force: true });
      }
    },
    240_000,
  );

  (isLinux ? test : test.skip)('steps back for its server, and goes first when memory is short', async () => {
    const look = `async () => {
      const { readFileSync, readdirSync } = await import('node:fs');
      const { getPriority } = await import('node:os');
      const threads = readdirSync('/proc/self/task').map(Number);
      return [[...new Set(threads.map((thread) => getPriority(thread)))], readFileSync('/proc/self/oom_score_adj', 'utf8').trim()];
    }`;
    expect((await run(look)).result).toEqual([[5], '800']);
  });

  test('ends with its server, also in the midst of work that never ends', async () => {
    const server = `
      import { FileStore } from ${JSON.stringify(new URL('../../dist/library/file-store.js', import.meta.url).href)};
      import { ReadingRoom } from ${JSON.stringify(new URL('../../dist/library/reading-room.js', import.meta.url).href)};
      const room = new ReadingRoom(new FileStore(${JSON.stringify(folder)}));
      const program = new URL('data:text/javascript,export const work = async ({ report }) => { report(process.pid); for (;;); }');
      const onProgress = (pid) => process.stdout.write(String(pid));
      await room.run({ userId: 'x', program, files: [], seconds: 60 }, { onProgress });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', server], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    await until(() => !isAlive(Number(pid)));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
