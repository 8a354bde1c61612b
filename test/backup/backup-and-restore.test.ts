import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { json } from '../admin/desk.js';
import { upload } from '../app/product.js';
import { fileOf } from '../files/files.js';
import { signedIn } from '../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { makeFolder, removeFolder, run, serve, type Place, type Running } from './places.js';

// Servers and commands are processes of their own, and a busy machine takes seconds to start one.
jest.setTimeout(300_000);

const folder = makeFolder();
const archive = join(folder, 'credits.zip');
const source: Place = { dataDir: join(folder, 'source') };
const embedded: Place = { dataDir: join(folder, 'embedded') };
const apart: Place = { dataDir: join(folder, 'apart') };
const erased = `erased-${randomUUID()}`;
const users = Array.from({ length: 4 }, (_, n) => `user-${n}-${randomUUID()}`);
let database: TestDatabase;

/** What somebody is answered by a product. */
async function call(product: Running, user: string, path: string, init: RequestInit = {}, claims = {}) {
  const headers = { ...(await signedIn(user, claims)), ...init.headers };
  const response = await fetch(`${product.url}${path}`, { ...init, headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = /json/.test(response.headers.get('content-type') ?? '');

  return { status: response.status, bytes, body: isJson ? JSON.parse(bytes.toString()) : {} };
}

/** Uploads, exports and deletions without an end, until it is told to stop. */
async function work(product: Running, user: string, until: { over: boolean }): Promise<number> {
  const tone = new Uint8Array(fileOf('audio', 'tone.wav'));
  let rounds = 0;
  for (; !until.over; rounds += 1) {
    const { body } = await call(product, user, '/api/upload/txt', upload(`Day ${rounds}\n\nIt rained.\n`));
    if (rounds % 2 === 0) await call(product, user, '/api/upload/audio', upload(tone, 'voice.wav'));
    if (body.id === undefined) continue;
    const wanted = { format: rounds % 3 === 0 ? 'zip' : 'json', documentIds: [body.id] };
    await call(product, user, '/api/export', json('POST', wanted, randomUUID()));
    if (rounds % 2 === 1) await call(product, user, `/api/documents/${body.id}`, { method: 'DELETE' });
  }
  return rounds;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** How many files of theirs were downloaded; each is what its list says. */
async function downloadAll(product: Running, user: string): Promise<number> {
  const list = async (path: string) =>
    (await call(product, user, path)).body.data as Record<string, string>[];
  const downloads = [
    ...(await list('/api/export')).map((made) => ({ ...made, path: made['downloadUrl']! })),
    ...(await list('/api/audio')).map((made) => ({ ...made, path: `/api/audio/${made['id']}/file` })),
  ] as { path: string; sha256: string }[];
  for (const { path, sha256: told } of downloads) {
    expect([path, sha256((await call(product, user, path)).bytes)]).toEqual([path, told]);
  }
  for (const { id } of await list('/api/documents')) {
    expect((await call(product, user, `/api/documents/${id}`)).body.blocks).toHaveLength(2);
  }
  return downloads.length;
}

beforeAll(async () => {
  database = await createEmptyDatabase();
  apart.databaseUrl = database.url;
  const product = await serve(source);
  try {
    await call(product, erased, '/api/upload/txt', upload('Dear diary\n'));
    const claims = { app_metadata: { role: 'admin' } };
    const wish = json('DELETE', { reason: 'asked to' });
    await call(product, 'root', `/api/admin/wallets/${erased}/person`, wish, claims);
    for (const user of users) {
      const gift = json('POST', { amount: 1e6, reason: 'bought' }, randomUUID());
      await call(product, 'root', `/api/admin/wallets/${user}/grants`, gift, claims);
    }
    const stop = { over: false };
    const working = Promise.all(users.map((user) => work(product, user, stop)));
    const exported = async () => (await call(product, users[0]!, '/api/export')).body.data.length >= 3;
    await until(exported, 60_000);
    const made = await run(source, 'backup', archive);
    stop.over = true;
    expect(made).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/ rows of \d+ tables, \d+ files/),
    });
    expect(Math.min(...(await working))).toBeGreaterThan(2);
  } finally {
    await product.stop();
  }
});
afterAll(async () => {
  await database.drop();
  removeFolder(folder);
});

test('a backup is for the eyes of its owner, and leaves no draft beside it', () => {
  expect(statSync(archive).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.startsWith('credits'))).toEqual(['credits.zip']);
});

describe.each([
  ['an empty folder', embedded],
  ['an empty database of a plain owner', apart],
])('what was backed up under load, restored into %s', (_, place) => {
  let product: Running;

  beforeAll(async () => {
    const restored = await run(place, 'restore', archive);
    expect(restored).toMatchObject({ code: 0, err: '', out: expect.stringContaining('the books agree') });
    product = await serve(place);
  });
  afterAll(() => product?.stop());

  test('has books that agree, and gives everybody their files as they were', async () => {
    let downloaded = 0;
    for (const user of users) downloaded += await downloadAll(product, user);
    expect(downloaded).toBeGreaterThan(users.length);
    expect(await run(place, 'credits', 'integrity', '--json')).toMatchObject({
      code: 0,
      out: expect.stringContaining('"ok":true'),
    });
  });

  test('goes on: charges, hand-made edits and new grants have their entries', async () => {
    const user = users[0]!;
    const { balance } = (await call(product, user, '/api/credits')).body;
    expect((await call(product, user, '/api/upload/txt', upload('On we go.\n'))).status).toBe(201);
    const edit = `UPDATE credits.wallets SET balance = balance + 10 WHERE user_id = '${user}'`;
    expect(await run(place, 'sql', edit)).toMatchObject({ code: 0, out: 'UPDATE 1\n' });
    expect((await call(product, user, '/api/credits?refresh=true')).body.balance).toBe(balance + 7);
    expect((await run(place, 'credits', 'integrity')).code).toBe(0);
  });

  test('remembers who was erased, and welcomes everybody else', async () => {
    expect((await call(product, erased, '/api/credits')).body).toMatchObject({ balance: 0, version: 0 });
    expect((await call(product, `new-${randomUUID()}`, '/api/credits')).body.balance).toBe(100);
  });

  test('has keys that only their owner may read', () => {
    const keys = join(place.dataDir, 'keys');
    expect(readdirSync(keys)).toContain('erasure.key');
    for (const name of readdirSync(keys)) expect(statSync(join(keys, name)).mode & 0o777).toBe(0o600);
    expect(statSync(keys).mode & 0o777).toBe(0o700);
  });

  test('is not overwritten by another restore', async () => {
    const { code, out, err } = await run(place, 'restore', archive);
    expect([code, out, err.trim().split('\n').length]).toEqual([1, '', 1]);
    expect(err).toContain('the database has the schema "credits"');
  });
});
