import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Bucket, type BucketSettings } from '../../src/library/bucket.js';
import { BucketPlace } from '../../src/library/bucket-place.js';
import { FileStore } from '../../src/library/file-store.js';
import { isGone } from '../../src/library/place-of.js';
import { BUCKET, CREDENTIALS, REGION, openS3Double, type S3Double } from '../support/s3-double.js';

const ids = [1, 2, 3, 4, 5].map((n) => `01980000-0000-7000-8000-00000000000${n}`);
const hourAgo = new Date(Date.now() - 3_600_000);
const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-bucket-'));
let store: S3Double;
let place: BucketPlace;
let files: FileStore;

beforeAll(async () => {
  store = await openS3Double();
  place = placeWith({});
  files = new FileStore(dataDir, place);
});
afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  store.objects.clear();
  store.requests.length = 0;
  store.troubles = [];
  store.pageSize = 1000;
});

function placeWith(other: Partial<BucketSettings>): BucketPlace {
  const settings = { endpoint: store.endpoint, bucket: BUCKET, region: REGION, ...CREDENTIALS, ...other };
  return new BucketPlace(new Bucket(settings));
}

async function keep(id: string, content = 'ten bytes.', names = ['original']): Promise<void> {
  const staged: Record<string, Awaited<ReturnType<FileStore['stageText']>>> = {};
  for (const name of names) staged[name] = await files.stageText(content);
  await place.keep('documents', id, staged);
}

describe('files in a bucket', () => {
  test('are what was staged, whole and by ranges, and are staged no more', async () => {
    await keep(ids[0]!, 'äöü and more');
    const open = (range?: { start: number; end: number }) =>
      place.open('documents', ids[0]!, 'original', range);
    expect(await text(await open())).toBe('äöü and more');
    expect(await text(await open({ start: 7, end: 9 }))).toBe('and');
    expect([...store.objects.keys()]).toEqual([`files/documents/${ids[0]}/original`]);
    expect(await files.discardUnchangedSince(new Date(Date.now() + 1000))).toBe(0);
  });

  test('that are damaged on their way are refused by the store', async () => {
    const staged = await files.stageText('as it was hashed');
    writeFileSync(staged.path, 'as it was altered');
    await expect(place.keep('documents', ids[0]!, { original: staged })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('SHA256Mismatch') },
    });
    expect(store.objects.size).toBe(0);
  });

  test('that are not there are known before the first byte', async () => {
    await expect(place.open('documents', ids[0]!, 'original')).rejects.toMatchObject({
      name: 'NoSuchObjectError',
    });
  });

  test('go with all of their row, and with nothing of another', async () => {
    await keep(ids[0]!, 'x', ['original', 'blocks.json']);
    await keep(ids[1]!);
    await place.remove('documents', ids[0]!);
    await place.remove('documents', ids[2]!);
    expect([...store.objects.keys()]).toEqual([`files/documents/${ids[1]}/original`]);
  });

  test('are missed by name, however many pages a list has', async () => {
    store.pageSize = 2;
    for (const id of [ids[4]!, ids[0]!, ids[3]!]) await keep(id, 'x', ['original', 'blocks.json']);
    await keep(ids[2]!, 'x', ['blocks.json']);
    expect(await place.missing('documents', ids, 'original')).toEqual([ids[1], ids[2]]);
    expect(await place.missing('documents', [ids[3]!, ids[1]!], 'original')).toEqual([ids[1]]);
    expect(await place.missing('documents', [], 'original')).toEqual([]);
    expect(await place.missing('exports', [ids[0]!], 'export')).toEqual([ids[0]]);
  });

  test('are old only when all of their row are', async () => {
    store.pageSize = 1;
    for (const id of ids.slice(0, 3)) await keep(id, 'x', ['original', 'blocks.json']);
    const age = (id: string, name: string) =>
      (store.objects.get(`files/documents/${id}/${name}`)!.changedAt = new Date(0));
    for (const name of ['original', 'blocks.json']) age(ids[0]!, name);
    age(ids[1]!, 'original');
    expect(await place.idsUnchangedSince('documents', hourAgo)).toEqual([ids[0]]);
  });
});

describe('a store that', () => {
  test.each([
    ['knows another secret', { secretAccessKey: 'another' }, 403],
    ['is of another region', { region: 'us-east-1' }, 403],
    ['has no such bucket', { bucket: 'another-bucket' }, 404],
  ])('%s says so', async (_what, other, status) => {
    await expect(placeWith(other).missing('documents', ids, 'original')).rejects.toMatchObject({
      name: 'BucketError',
      cause: { message: expect.stringContaining(String(status)) },
    });
  });

  test('has no such bucket has lost no file: nobody knows', async () => {
    const open = (other: Partial<BucketSettings>) => placeWith(other).open('documents', ids[0]!, 'original');
    const refusals = [open({}), open({ bucket: 'another-bucket' })].map((one) => one.catch(isGone));
    expect(await Promise.all(refusals)).toEqual([true, false]);
  });

  test.each([
    ['is busy', [503, 500]],
    ['hangs up', ['away', 'away'] as const],
  ])('%s is asked again', async (_what, troubles) => {
    store.troubles = [...troubles];
    await keep(ids[0]!);
    expect(store.requests).toHaveLength(3);
    expect(store.objects.size).toBe(1);
  });

  test.each([
    ['is away', ['away', 'away', 'away'] as const],
    ['stays busy', [503, 503, 503]],
  ])('%s is no fault of ours', async (_what, troubles) => {
    store.troubles = [...troubles];
    await expect(keep(ids[0]!)).rejects.toMatchObject({ code: 'overloaded', status: 503 });
  });
});
