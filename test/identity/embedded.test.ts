import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ConfigurationError, UnavailableError } from '../../src/config/start-error.js';
import { loadEmbeddedKeys, mintToken } from '../../src/identity/index.js';
import { ToyController } from '../http/toy.controller.js';
import { openApp, type OpenApp } from '../support/app.js';

const command = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'token.js');
let folders: string;

beforeAll(() => {
  folders = mkdtempSync(join(tmpdir(), 'creditgate-keys-'));
});

afterAll(() => rmSync(folders, { recursive: true }));

const newFolder = () => mkdtempSync(join(folders, 'data-'));

interface Outcome {
  exitCode: number;
  stdout: string;
  stderr: string;
}

function runToken(dataDir: string, args: string[], variables: Record<string, string> = {}): Promise<Outcome> {
  // Its own working directory: no .env of the checkout has a say.
  const options = { cwd: dataDir, env: { PATH: process.env['PATH'], DATA_DIR: dataDir, ...variables } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...args], options, (_error, stdout, stderr) =>
      resolve({ exitCode: child.exitCode!, stdout, stderr }),
    );
  });
}

describe('the keys an installation makes for itself', () => {
  test('are its own, for its owner alone to read, and the same at the next start', async () => {
    const dataDir = newFolder();
    const keys = await loadEmbeddedKeys(dataDir);
    expect(await loadEmbeddedKeys(dataDir)).toEqual(keys);
    expect((await loadEmbeddedKeys(newFolder())).issuer).not.toBe(keys.issuer);
    expect(keys.issuer).toMatch(/^urn:creditgate:embedded:[\w-]{36}$/);
    expect(keys.publicKey).not.toHaveProperty('d');
    const [file, ...others] = readdirSync(join(dataDir, 'keys'));
    expect(others).toEqual([]);
    expect(statSync(join(dataDir, 'keys', file!)).mode & 0o777).toBe(0o600);
  });

  test('are the same for all who start first at once', async () => {
    // In lockstep they would all read after the last had written, and prove nothing: each starts a turn later.
    const startAfter = async (turns: number, dataDir: string) => {
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      return loadEmbeddedKeys(dataDir);
    };
    for (let round = 0; round < 5; round += 1) {
      const dataDir = newFolder();
      const loaded = await Promise.all(Array.from({ length: 20 }, (_, i) => startAfter(i * 3, dataDir)));
      expect(new Set(loaded.map(({ publicKey }) => publicKey.kid)).size).toBe(1);
      expect(readdirSync(join(dataDir, 'keys'))).toHaveLength(1);
    }
  });

  test.each([
    ['is cut off', '{"issuer":"urn'],
    ['is empty', ''],
    [
      'has no private part',
      '{"issuer":"urn:x","privateKey":{"kty":"EC","crv":"P-256","x":"a","y":"b","kid":"c"}}',
    ],
  ])('stop the start, unchanged, when their file %s', async (_name, text) => {
    const dataDir = newFolder();
    const file = join(dataDir, 'keys', 'embedded.json');
    mkdirSync(join(dataDir, 'keys'));
    writeFileSync(file, text);
    await expect(loadEmbeddedKeys(dataDir)).rejects.toThrow(ConfigurationError);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('stop the start when they cannot be kept', async () => {
    const dataDir = newFolder();
    writeFileSync(join(dataDir, 'keys'), 'a file where the folder should be');
    await expect(loadEmbeddedKeys(dataDir)).rejects.toThrow(/^DATA_DIR must be/);
  });

  test('can be made later while the disk is full (69)', async () => {
    const file = await open(command);
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const write = jest.spyOn(Object.getPrototypeOf(file) as typeof file, 'writeFile').mockRejectedValue(full);
    try {
      await expect(loadEmbeddedKeys(newFolder())).rejects.toThrow(UnavailableError);
    } finally {
      write.mockRestore();
      await file.close();
    }
  });
});

describe('a token of the command line', () => {
  let toy: OpenApp;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = newFolder();
    const variables = { AUTH_MODE: 'embedded', DATA_DIR: dataDir };
    toy = await openApp({ controllers: [ToyController], variables });
  });

  afterAll(() => toy.close());

  const whoAmI = async (token: string) => {
    const response = await fetch(`${toy.url}/api/toys/me`, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: (await response.json()) as { id?: string; isAdmin?: boolean } };
  };

  test('signs its user in for an hour, and nothing else is printed', async () => {
    const { exitCode, stdout, stderr } = await runToken(dataDir, ['--user', 'alice']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect((await whoAmI(stdout.trim())).body).toEqual({ id: 'alice', isAdmin: false, isAnonymous: false });
    const { iss, iat, exp } = decodeJwt(stdout);
    expect(exp! - iat!).toBe(3600);
    const { issuer, publicKey } = await loadEmbeddedKeys(dataDir);
    expect([iss, decodeProtectedHeader(stdout).kid]).toEqual([issuer, publicKey.kid]);
  });

  test('makes an administrator only when asked to', async () => {
    const { stdout } = await runToken(dataDir, ['--user=root', '--admin']);
    expect((await whoAmI(stdout.trim())).body).toMatchObject({ id: 'root', isAdmin: true });
  });

  test('can be made before the first start, and is worth nothing in another installation', async () => {
    const other = newFolder();
    const [first, second] = await Promise.all(
      ['alice', 'bob'].map((user) => runToken(other, ['--user', user])),
    );
    expect(decodeJwt(first!.stdout).iss).toBe(decodeJwt(second!.stdout).iss);
    expect((await whoAmI(first!.stdout.trim())).status).toBe(401);
    const { issuer } = await loadEmbeddedKeys(dataDir);
    const posing = await mintToken({ ...(await loadEmbeddedKeys(other)), issuer }, { user: 'alice' });
    expect((await whoAmI(posing)).status).toBe(401);
  });

  test.each([
    [[]],
    [['--user']],
    [['--user', '']],
    [['alice']],
    [['--user', 'alice', '--root']],
    [['--user', 'a'.repeat(256)]],
  ])('is not made for the arguments %j: exit 64 and the usage', async (args) => {
    const { exitCode, stdout, stderr } = await runToken(dataDir, args);
    expect([exitCode, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/^[^\n]*Usage: [^\n]*--user[^\n]*\n$/);
  });

  test('is not made where somebody else issues them: exit 78', async () => {
    const variables = { AUTH_MODE: 'hs256', AUTH_JWT_SECRET: 'x'.repeat(32) };
    const { exitCode, stdout, stderr } = await runToken(dataDir, ['--user', 'alice'], variables);
    expect([exitCode, stdout]).toEqual([78, '']);
    expect(stderr).toMatch(/^AUTH_MODE must be embedded[^\n]*\n$/);
  });
});
