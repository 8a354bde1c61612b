import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { makeErasureKey } from '../../src/account/erasure-key.js';
import { backUp } from '../../src/backup/back-up.js';
import { restore } from '../../src/backup/restore.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { readArchive, without, writeArchive, zipAgain } from './archives.js';
import { connect, makeFolder, removeFolder } from './places.js';

// Of a person who was erased only a hash is left, and its key is a file. A database without it greets them as anybody
// new, so none is backed up or restored without it.
const progress = { begin: () => undefined, report: () => undefined };
const folder = makeFolder();
const sourceDir = join(folder, 'source');
const targetDir = join(folder, 'target');
const archive = join(folder, 'backup.zip');
let [source, target]: TestDatabase[] = [];
let client: pg.Client;
let targetClient: pg.Client;

const backUpAll = () => backUp(client, { dataDir: sourceDir, path: archive, progress });
const restoreFrom = (path: string) =>
  restore(targetClient, { dataDir: targetDir, path, progress, acceptDifferences: false });

beforeAll(async () => {
  source = await createTestDatabase();
  client = await connect(source.url);
  const key = await makeErasureKey(sourceDir);
  await client.query(`SELECT credits.erase('bob', 'erased-1', $1, 'asked to', 'admin')`, [key.hashOf('bob')]);
  await backUpAll();
});
afterAll(async () => {
  await client.end();
  await source!.drop();
  removeFolder(folder);
});
beforeEach(async () => {
  target = await createEmptyDatabase();
  targetClient = await connect(target.url);
});
afterEach(async () => {
  await targetClient.end();
  await target!.drop();
});

async function expectNothingLeft(): Promise<void> {
  const { rows } = await targetClient.query(
    `SELECT nspname FROM pg_namespace WHERE nspname IN ('credits', 'library', 'payments')`,
  );
  expect(rows).toEqual([]);
  expect(existsSync(targetDir) ? readdirSync(targetDir) : []).toEqual([]);
}

test('a backup without it is refused', async () => {
  const keys = join(sourceDir, 'keys');
  renameSync(keys, `${keys}.away`);
  await expect(backUpAll()).rejects.toThrow(/erasure\.key is missing/);
  renameSync(`${keys}.away`, keys);
});

test('an archive without it is not restored', async () => {
  const path = join(folder, 'without.zip');
  await writeArchive(path, without(await readArchive(archive), '/erasure.key'));
  await expect(restoreFrom(path)).rejects.toThrow(/erasure\.key is missing/);
  await expectNothingLeft();
});

test('nor one in which somebody has put another one under its sum', async () => {
  const path = join(folder, 'other.zip');
  const contents = await readArchive(archive);
  await zipAgain(path, contents.set('keys/erasure.key', Buffer.from('x'.repeat(43))));
  await expect(restoreFrom(path)).rejects.toMatchObject({ name: 'BackupError', exitCode: 65 });
  await expectNothingLeft();
});

test('a whole archive is', async () => {
  await restoreFrom(archive);
  expect(readdirSync(join(targetDir, 'keys'))).toEqual(['erasure.key']);
});
