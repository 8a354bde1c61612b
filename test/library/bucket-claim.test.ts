import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, startProgram } from '../admin/child.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { filesIn, openS3Double, type S3Double } from '../support/s3-double.js';

// A bucket is one database's, and what is wrong with it is said at the start.

const folders = mkdtempSync(join(tmpdir(), 'creditgate-bucket-claim-'));
let store: S3Double;
let database: TestDatabase;
let made = 0;

beforeAll(async () => {
  store = await openS3Double();
  database = await createTestDatabase();
});
afterAll(async () => {
  await store.close();
  await database.drop();
  rmSync(folders, { recursive: true, force: true });
});
beforeEach(() => store.objects.clear());

async function start(other: Record<string, string> = {}, dataDir = join(folders, String((made += 1)))) {
  const env = {
    ...environmentOf({ databaseUrl: database.url, dataDir }),
    ...filesIn(store),
    ...other,
  };
  const { child, result } = startProgram('main.js', env);
  child.stdout!.on('data', (text) => /^http/m.test(String(text)) && child.kill('SIGTERM'));
  const { code, err } = await result;
  return { code, line: err };
}

test('names the first database that comes, and takes machines with folders of their own', async () => {
  expect(await start()).toEqual({ code: 0, line: '' });
  expect(store.objects.get('database.id')!.bytes.toString()).toMatch(/^[0-9a-f-]{36}\n$/);
  expect(await start()).toEqual({ code: 0, line: '' });
}, 30_000);

test('of another database is refused, and left as it was', async () => {
  const theirs = Buffer.from('00000000-0000-4000-8000-000000000001\n');
  store.objects.set('database.id', { bytes: theirs, changedAt: new Date() });
  const { code, line } = await start();
  expect([code, line]).toEqual([
    78,
    expect.stringMatching(/^S3_BUCKET belongs to another database: [^\n]*\n$/),
  ]);
  expect(store.objects.get('database.id')!.bytes).toBe(theirs);
}, 30_000);

test.each([
  [
    'a bucket that is not there',
    { S3_BUCKET: 'another-bucket' },
    78,
    'S3_BUCKET cannot be used',
    '404 NoSuchBucket',
  ],
  ['a wrong secret', { S3_SECRET_ACCESS_KEY: 'hunter2' }, 78, 'S3_BUCKET cannot be used', '403 Signature'],
  ['another region', { S3_REGION: 'us-east-1' }, 78, 'S3_BUCKET cannot be used', '403 Signature'],
  [
    'a store that is away',
    { S3_ENDPOINT: 'http://127.0.0.1:1' },
    69,
    'S3_ENDPOINT: the object store',
    'not answer',
  ],
])(
  '%s is said in one line',
  async (_, other, code, beginning, reason) => {
    const answer = await start(other);
    expect(answer.code).toBe(code);
    expect(answer.line).toMatch(new RegExp(`^${beginning}.*${reason}[^\\n]*\\n$`));
    expect(answer.line).not.toContain('hunter2');
  },
  30_000,
);

test('a machine that was in use starts while the store is away', async () => {
  const dataDir = join(folders, 'in-use');
  expect((await start({}, dataDir)).code).toBe(0);
  expect((await start({ S3_ENDPOINT: 'http://127.0.0.1:1' }, dataDir)).code).toBe(0);
}, 30_000);

test('a command leaves files alone in a folder that may be of another database', async () => {
  const dataDir = join(folders, 'elsewhere');
  const kept = join(dataDir, 'files/documents/01980000-0000-7000-8000-000000000001');
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, 'original'), 'of another database');
  utimesSync(kept, 0, 0);
  const env = environmentOf({ databaseUrl: database.url, dataDir });
  const { code } = await startProgram('cli/credits.js', env, ['integrity']).result;
  expect([code, existsSync(kept)]).toEqual([0, true]);
}, 30_000);
