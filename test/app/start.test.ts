import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const root = join(import.meta.dirname, '../..');
const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-start-'));
let database: TestDatabase;
let newer: TestDatabase;
let occupied: Server;

beforeAll(async () => {
  [database, newer] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const client = new pg.Client(newer.url);
  await client.connect();
  await client.query(`INSERT INTO credits.migrations (name, checksum) VALUES ('9999_future.sql', 'x')`);
  await client.end();
  occupied = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => occupied.once('listening', resolve));
});
afterAll(async () => {
  occupied.close();
  await Promise.all([database.drop(), newer.drop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

/** Start the program as a supervisor would and let it end by itself. */
async function run(variables: Record<string, string>, script = 'dist/main.js', args: string[] = []) {
  const { PATH = '' } = process.env;
  const env = {
    PATH,
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'warn',
    ...variables,
  };
  const child = spawn(process.execPath, [join(root, script), ...args], { cwd: dataDir, env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => {
    out += String(data);
    if (/^http/m.test(out)) child.kill('SIGTERM');
  });
  child.stderr.on('data', (data) => (err += String(data)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

describe('npm start', () => {
  test('prints one address that opens the page as demo, and ends cleanly on SIGTERM', async () => {
    const { code, out, err } = await run({});
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const claims = JSON.parse(Buffer.from(out.split('.')[4]!, 'base64url').toString());
    expect(claims.sub).toBe('demo');
    expect([code, err]).toEqual([0, '']);
  });

  test.each<[string, () => Record<string, string>, number, RegExp]>([
    [
      'a price by what its endpoint does not measure',
      () => ({ CREDIT_COST_AUDIO_UPLOAD: '2 per 1 minute' }),
      78,
      /"audio_upload" is priced by minute/,
    ],
    [
      'reading aloud by what it does not measure',
      () => ({ CREDIT_COST_READ_ALOUD: '1 per 10 word' }),
      78,
      /read_aloud/,
    ],
    ['a bad price', () => ({ CREDIT_COST_TXT_UPLOAD: 'three' }), 78, /CREDIT_COST_TXT_UPLOAD/],
    [
      'several bad values at once',
      () => ({ PORT: '99999', CREDIT_HOLD_TTL_SECONDS: '-1', AUTH_MODE: 'none' }),
      78,
      /(?=.*PORT)(?=.*CREDIT_HOLD_TTL_SECONDS)(?=.*AUTH_MODE)/,
    ],
    ['two authentication modes', () => ({ AUTH_JWT_SECRET: 'x'.repeat(40) }), 78, /AUTH_/],
    [
      'a secret of 31 bytes',
      () => ({ AUTH_MODE: 'hs256', AUTH_JWT_SECRET: 'x'.repeat(31) }),
      78,
      /AUTH_JWT_SECRET/,
    ],
    ['a newer schema', () => ({ DATABASE_URL: newer.url }), 78, /9999_future/],
    [
      'a port in use',
      () => ({ PORT: String((occupied.address() as AddressInfo).port) }),
      69,
      /^PORT: .* try PORT=\d+ npm start$/m,
    ],
    [
      'a wrong password',
      () => ({ DATABASE_URL: database.url.replace(/:\/\/[^@]*@/, '://nobody:wrong@') }),
      78,
      /DATABASE_URL|password/i,
    ],
  ])('%s: one line and its exit code', async (_what, variables, code, line) => {
    const answer = await run(variables());
    expect(answer.code).toBe(code);
    expect(answer.err.trim().split('\n')).toHaveLength(1);
    expect(answer.err).toMatch(line);
    expect(answer.err).not.toContain('xxxx');
    expect(answer.out).toBe('');
  });
});

describe('npm run token', () => {
  test('prints one token and nothing else', async () => {
    const { code, out, err } = await run({}, 'dist/cli/token.js', ['--user', 'alice', '--admin']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  test.each([[[]], [['--user', '']], [['--nobody']]])('explains itself when called as %p', async (args) => {
    const { code, out, err } = await run({}, 'dist/cli/token.js', args);
    expect([code, out]).toEqual([64, '']);
    expect(err).toMatch(/Usage/);
  });
});
