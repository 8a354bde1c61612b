import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { committed, Place, readRow, writeRow } from './place.js';
import { answers, eventually, isDown, postmasterPid, supervisorPid } from './processes.js';

const place = new Place();

afterEach(place.stopAll);

describe('after a crash', () => {
  beforeAll(place.make);
  afterAll(place.remove);

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'of the starter by %s, an immediate start finds it all',
    async (signal) => {
      const first = await place.start();
      await writeRow(await first.url());
      await first.kill(signal);
      const second = await place.start();
      expect(await readRow(await second.url())).toEqual(committed);
    },
  );

  test('of the starter alone, the server shuts down cleanly', async () => {
    const first = await place.start();
    await first.kill('SIGKILL');
    const log = () => readFileSync(join(place.home, 'postgres.log'), 'utf8');
    await eventually('a clean shutdown', () => log().endsWith('database system is shut down\n'));
  });

  test('of starter, supervisor and server, the next start recovers', async () => {
    const first = await place.start();
    await writeRow(await first.url());
    const [supervisor, server] = [supervisorPid(place.home), postmasterPid(place.home)];
    process.kill(supervisor, 'SIGKILL');
    process.kill(server, 'SIGKILL');
    await first.kill('SIGKILL');
    const second = await place.start();
    expect(await readRow(await second.url())).toEqual(committed);
  });

  test('of starter and supervisor, the next start takes the orphaned server over and stops it', async () => {
    const first = await place.start();
    const server = postmasterPid(place.home);
    // The starter first, or it would replace its supervisor; which stands still, or it would stop the server.
    const supervisor = supervisorPid(place.home);
    process.kill(supervisor, 'SIGSTOP');
    await first.kill('SIGKILL');
    process.kill(supervisor, 'SIGKILL');
    const second = await place.start();
    expect(postmasterPid(place.home)).toBe(server);
    await second.stop();
    expect(isDown(place.home)).toBe(true);
  });

  test('of the supervisor, the running process replaces it and still stops the server at the end', async () => {
    const first = await place.start();
    const [supervisor, server] = [supervisorPid(place.home), postmasterPid(place.home)];
    process.kill(supervisor, 'SIGKILL');
    await eventually('another supervisor', () => supervisorPid(place.home) !== supervisor);
    expect(postmasterPid(place.home)).toBe(server);
    expect(await answers(await first.url())).toBe(true);
    await first.stop();
    expect(isDown(place.home)).toBe(true);
  });

  test('of the server, it comes back at the same address', async () => {
    const url = await (await place.start()).url();
    await writeRow(url);
    process.kill(postmasterPid(place.home), 'SIGKILL');
    await eventually('the server to be back', () => answers(url));
    expect(await readRow(url)).toEqual(committed);
  });

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('(Linux) a number in postmaster.pid that is another program by now is no obstacle', async () => {
    const first = await place.start();
    await writeRow(await first.url());
    const file = join(place.home, 'cluster/data/postmaster.pid');
    const stale = readFileSync(file, 'utf8').replace(/^\d+/, String(process.pid));
    await first.stop();
    writeFileSync(file, stale);
    const second = await place.start();
    expect(await readRow(await second.url())).toEqual(committed);
  });
});
