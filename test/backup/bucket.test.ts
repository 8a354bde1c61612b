import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, startProgram } from '../admin/child.js';
import { openProduct, upload, type Product } from '../app/product.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { filesIn, openS3Double, type S3Double } from '../support/s3-double.js';

const folder = mkdtempSync(join(tmpdir(), 'creditgate-bucket-backup-'));
const archive = join(folder, 'backup.zip');
let store: S3Double;
let other: S3Double;
let product: Product;
let empty: TestDatabase;
let databaseUrl: string;

beforeAll(async () => {
  [store, other] = await Promise.all([openS3Double(), openS3Double()]);
  product = await openProduct(filesIn(store));
  databaseUrl = process.env['DATABASE_URL']!;
  empty = await createEmptyDatabase();
  await product.open('alice', 10);
  const { status } = await product.call(
    'alice',
    '/api/upload/txt',
    upload('A Chapter\n\nIt was a dark night.'),
  );
  expect(status).toBe(201);
});
afterAll(async () => {
  await product.close();
  await empty.drop();
  await Promise.all([store.close(), other.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const run = (program: string, place: { databaseUrl: string; dataDir: string }, bucket: S3Double) =>
  startProgram(`cli/${program}.js`, { ...environmentOf(place), ...filesIn(bucket) }, [archive]).result;
const contents = ({ objects }: S3Double) =>
  [...objects].map(([key, { bytes }]) => [key, String(bytes)]).sort();

test.each([
  ['is away', ['away', 'away', 'away'], 69, 'S3_ENDPOINT: the object store does not answer\n'],
  ['breaks off', ['cut'], 69, 'S3_ENDPOINT: the object store does not answer\n'],
  ['refuses the key', [403], 78, /^S3_BUCKET cannot be used: .*403 AccessDenied\n$/],
] as const)(
  'a backup while the store %s is none, and says so in one line',
  async (_, troubles, code, line) => {
    store.troubles = [...troubles];
    const answer = await run('backup', { databaseUrl, dataDir: product.dataDir }, store);
    store.troubles = [];
    expect(answer).toMatchObject({ code, out: '' });
    expect(answer.err).toMatch(line);
    expect(readdirSync(folder).filter((name) => name.includes('zip'))).toEqual([]);
  },
);

test('a backup has the files of the bucket, and a restore brings them into an empty one or leaves nothing', async () => {
  const { code, out, err } = await run('backup', { databaseUrl, dataDir: product.dataDir }, store);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(' 2 files ');

  const target = { databaseUrl: empty.url, dataDir: join(folder, 'restored') };
  const full = await run('restore', target, store);
  expect([full.code, full.err]).toEqual([1, expect.stringContaining('S3_BUCKET has documents')]);

  // The lists that look whether it is empty, then the first file, and then no more.
  other.troubles = [...Array<undefined>(4).fill(undefined), 'away', 'away', 'away'];
  const failed = await run('restore', target, other);
  other.troubles = [];
  expect(failed.code).not.toBe(0);
  expect(contents(other)).toEqual([]);

  const restored = await run('restore', target, other);
  expect([restored.code, restored.err]).toEqual([0, '']);
  expect(contents(other)).toEqual(contents(store));
  expect(readdirSync(target.dataDir)).toContain('keys');
  expect(readdirSync(target.dataDir)).not.toContain('files');
});
