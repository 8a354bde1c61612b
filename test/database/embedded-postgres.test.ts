import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../src/database/embedded/postmaster.js';
import { committed, Place, readRow, writeRow } from './place.js';
import {
  answers,
  eventually,
  isDown,
  postmasterPid,
  sql,
  Starter,
  supervisorPid,
  superuserUrlOf,
} from './processes.js';

const place = new Place();

afterEach(place.stopAll);

describe('a first start', () => {
  beforeEach(place.make);
  afterEach(place.remove);

  test('makes a server, and the next start finds what was committed', async () => {
    const first = await place.start();
    await writeRow(await first.url());
    await first.stop();
    expect(isDown(place.home)).toBe(true);

    const second = await place.start();
    expect(await readRow(await second.url())).toEqual(committed);
  });

  test('ends up on one server with another first start at the same moment', async () => {
    const [one, other] = await Promise.all([place.start(), place.start()]);
    expect(await one.url()).toBe(await other.url());
    await writeRow(await one.url());
    expect(await readRow(await other.url())).toEqual(committed);
    expect(readdirSync(place.home).sort()).toEqual(['cluster', 'postgres.log', 'supervisor.json']);
  });

  test('ends with 78 when DATA_DIR is a file', async () => {
    writeFileSync(place.dataDir, '');
    const { error, exitCode } = await Starter.launch(place.dataDir).fact;
    expect({ error, exitCode }).toEqual({
      error: expect.stringMatching(/^DATA_DIR must be a folder/),
      exitCode: 78,
    });
    expect(existsSync(place.home)).toBe(false);
  });

  test('ends with 69 when somebody has changed the password, and leaves no server running', async () => {
    const first = await place.start();
    await sql(await superuserUrlOf(first), "ALTER ROLE postgres PASSWORD 'another'");
    await first.stop();
    const { error, exitCode } = await Starter.launch(place.dataDir).fact;
    expect(exitCode).toBe(69);
    expect(error).toContain('password authentication failed');
    await eventually('the server to be down', () => isDown(place.home));
  });

  test('does not outlive its users when somebody has removed DATA_DIR under it', async () => {
    const first = await place.start();
    const [supervisor, server] = [supervisorPid(place.home), postmasterPid(place.home)];
    // The server still writes: a file may come to be in a folder that is being removed.
    rmSync(place.dataDir, { recursive: true, force: true, maxRetries: 10 });
    await first.stop();
    expect(isAlive(server)).toBe(false);
    await eventually('the supervisor to be gone', () => !isAlive(supervisor));
  });

  test('says in one line why its server does not come up, and ends with 69', async () => {
    await (await place.start()).stop();
    writeFileSync(join(place.home, 'cluster/data/PG_VERSION'), '12\n');
    const { error, exitCode } = await Starter.launch(place.dataDir).fact;
    expect(exitCode).toBe(69);
    expect(error).toMatch(/^The embedded database did not start, .*FATAL: .*incompatible/);
    expect(error).not.toContain('\n');
  });
});

describe('a server', () => {
  beforeAll(place.make);
  afterAll(place.remove);

  test('is durable, listens on the loopback only, and lets nobody in without the password', async () => {
    const url = await (await place.start()).url();
    const settings = ['fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'TimeZone'];
    const shown = settings.map((name) => `current_setting('${name}') AS "${name}"`);
    expect(await sql(url, `SELECT ${shown.join(', ')}`)).toEqual([
      {
        fsync: 'on',
        full_page_writes: 'on',
        synchronous_commit: 'on',
        listen_addresses: '127.0.0.1',
        TimeZone: 'UTC',
      },
    ]);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(sql(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('keeps durability on whatever postgresql.auto.conf says', async () => {
    const first = await place.start();
    await sql(await superuserUrlOf(first), 'ALTER SYSTEM SET fsync = off');
    await first.stop();
    const second = await place.start();
    expect(await sql(await second.url(), 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  test('is one for eight starts at once, until the last of them stops', async () => {
    await (await place.start()).stop();
    const starters = await Promise.all(Array.from({ length: 8 }, place.start));
    const urls = await Promise.all(starters.map((starter) => starter.url()));
    expect(new Set(urls).size).toBe(1);
    const last = starters.pop();
    for (const starter of starters) await starter.stop();
    expect(await answers(urls[0] ?? '')).toBe(true);
    await last?.stop();
    expect(isDown(place.home)).toBe(true);
  });
});

describe('a shared server', () => {
  beforeAll(place.make);
  afterAll(place.remove);

  test('outlives its starter, however that ends, and stops with the last one', async () => {
    const first = await place.start();
    const [second, third] = [await place.start(), await place.start()];
    const url = await third.url();
    const server = postmasterPid(place.home);

    await first.kill('SIGKILL');
    expect(await answers(url)).toBe(true);
    await second.stop();
    expect(await answers(url)).toBe(true);
    expect(postmasterPid(place.home)).toBe(server);

    await third.stop();
    expect(isDown(place.home)).toBe(true);
  });

  test('is not reached by Ctrl-C at the terminal of its starter', async () => {
    const first = await place.start();
    const second = await place.start();
    await first.killGroup('SIGINT');
    expect(await answers(await second.url())).toBe(true);
  });
});
