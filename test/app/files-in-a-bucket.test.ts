import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OrphanSweeper } from '../../src/library/orphan-sweeper.js';
import { filesIn, openS3Double, type S3Double } from '../support/s3-double.js';
import { openProduct, upload, type Answer, type Product } from './product.js';

let store: S3Double;
let first: Product;
let second: Product;

beforeAll(async () => {
  store = await openS3Double();
  const variables = filesIn(store);
  first = await openProduct(variables);
  // Another machine: a folder of its own.
  second = await openProduct({ ...variables, DATABASE_URL: process.env['DATABASE_URL']! });
  await first.open('alice', 100);
});
afterAll(async () => {
  await second.close();
  await first.close();
  await store.close();
});

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const keys = (id: string) => [...store.objects.keys()].filter((key) => key.includes(id));

async function uploaded(): Promise<Answer> {
  const answer = await first.call('alice', '/api/upload/txt', upload('A Chapter\n\nIt was a dark night.\n'));
  expect(answer.status).toBe(201);
  return answer;
}

test('what one machine stores every machine shows, exports and deletes, and none keeps it', async () => {
  const { id } = (await uploaded()).body;
  expect(keys(id)).toEqual([`files/documents/${id}/original`, `files/documents/${id}/blocks.json`]);
  const shown = await second.call('alice', `/api/documents/${id}`);
  expect([shown.status, JSON.stringify(shown.body.blocks)]).toEqual([
    200,
    expect.stringContaining('dark night'),
  ]);
  const made = await second.call('alice', '/api/export', json({ format: 'txt', documentIds: [id] }));
  expect(made.status).toBe(201);
  const file = await first.call('alice', made.body.downloadUrl, { headers: { range: 'bytes=2-8' } });
  expect([file.status, file.text]).toEqual([206, 'Chapter']);
  for (const { dataDir } of [first, second]) {
    expect(readdirSync(join(dataDir, 'files'))).toEqual(['incoming']);
    expect(readdirSync(join(dataDir, 'files/incoming'))).toEqual([]);
  }
  expect((await second.call('alice', `/api/documents/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect(keys(id)).toEqual([]);
});

test.each([
  ['hangs up', 'away'],
  ['has no room', 507],
  ['allows no more, or refuses the key', 403],
] as const)('an upload to a store that %s costs nothing, and may come again', async (_what, trouble) => {
  const before = await first.balance('alice');
  store.troubles = Array(20).fill(trouble);
  const { status, body, headers } = await first.call('alice', '/api/upload/txt', upload('a text'));
  store.troubles = [];
  expect([status, body.code, body.credits.charged]).toEqual([503, 'overloaded', 0]);
  expect(headers.get('retry-after')).toMatch(/^\d+$/);
  expect(await first.balance('alice')).toMatchObject({ balance: before.balance, held: 0 });
});

test.each([
  ['breaks off in the middle', 'cut', 503],
  ['stops in the middle', 'stall', 503],
  ['is refused by the store', 403, 503],
] as const)(
  'an export of a file that %s costs nothing',
  async (_, trouble, status) => {
    const { id } = (await uploaded()).body;
    const before = await first.balance('alice');
    store.troubles = [trouble];
    const made = await first.call('alice', '/api/export', json({ format: 'docx', documentIds: [id] }));
    expect([made.status, made.body.credits.charged]).toEqual([status, 0]);
    expect(await first.balance('alice')).toMatchObject({ balance: before.balance, held: 0 });
  },
  20_000,
);

test.each(['cut', 'short'] as const)(
  'a download of which the half came (%s) never looks whole',
  async (trouble) => {
    const { id } = (await uploaded()).body;
    const made = await first.call('alice', '/api/export', json({ format: 'json', documentIds: [id] }));
    store.troubles = [trouble];
    await expect(first.call('alice', made.body.downloadUrl)).rejects.toThrow(/terminated|other side closed/);
    expect((await first.call('alice', made.body.downloadUrl)).status).toBe(200);
  },
  20_000,
);

test('the sweeper removes what has no row, and leaves what has one', async () => {
  const { id } = (await uploaded()).body;
  const orphan = '01980000-0000-7000-8000-000000000001';
  store.objects.set(`files/documents/${orphan}/original`, {
    bytes: Buffer.from('x'),
    changedAt: new Date(0),
  });
  for (const key of keys(id)) store.objects.get(key)!.changedAt = new Date(0);
  await first.app.get(OrphanSweeper, { strict: false }).sweep();
  expect([keys(orphan), keys(id).length]).toEqual([[], 2]);
});
