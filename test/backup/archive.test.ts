import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { ArchiveReader } from '../../src/backup/archive-reader.js';
import { backUp } from '../../src/backup/back-up.js';
import { loadRows } from '../../src/backup/load-rows.js';
import { restore } from '../../src/backup/restore.js';
import { MIGRATIONS } from '../../src/migrations.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  miscount,
  readArchive,
  replaced,
  withManifest,
  without,
  writeArchive,
  type Contents,
} from './archives.js';
import { connect, makeFolder, removeFolder, storeDocument } from './places.js';

const silent = { begin: () => undefined, report: () => undefined };
const folder = makeFolder();
const archive = join(folder, 'good.zip');
const sourceDir = join(folder, 'source');
let source: TestDatabase;
let open: OpenCredits;
let client: pg.Client;
let documentId: string;
let target: TestDatabase;
let targetClient: pg.Client;
let targetDir: string;

const backUpTo = (path: string, progress = silent) => backUp(client, { dataDir: sourceDir, path, progress });
const restoreFrom = (path: string, acceptDifferences = false) =>
  restore(targetClient, { dataDir: targetDir, path, progress: silent, acceptDifferences });

/** Neither in the database nor in the folder. */
async function expectNothingLeft(): Promise<void> {
  const { rows } = await targetClient.query(
    `SELECT nspname FROM pg_namespace WHERE nspname IN ('credits', 'library', 'payments')`,
  );
  expect(rows).toEqual([]);
  expect(existsSync(targetDir) ? readdirSync(targetDir) : []).toEqual([]);
}

async function refusedBy(contents: Contents): Promise<Error & { exitCode: number }> {
  const path = join(folder, 'changed.zip');
  await writeArchive(path, contents);
  return (await restoreFrom(path).catch((error: unknown) => error)) as Error & { exitCode: number };
}

beforeAll(async () => {
  source = await createTestDatabase();
  open = await openCredits(source.url);
  client = await connect(source.url);
  await open.credits.grant({ userId: 'alice', credits: 50, reason: 'bought\t\\N', actor: 'shop' });
  await open.credits.charge({ userId: 'alice', action: 'docx_processing' });
  await open.credits.hold({ userId: 'alice', action: 'docx_processing' });
  documentId = await storeDocument(client, sourceDir);
  mkdirSync(join(sourceDir, 'keys'));
  writeFileSync(join(sourceDir, 'keys', 'some.key'), 'secret');
  await backUpTo(archive);
});
afterAll(async () => {
  await client.end();
  await open.close();
  await source.drop();
  removeFolder(folder);
});
beforeEach(async () => {
  target = await createEmptyDatabase();
  targetClient = await connect(target.url);
  targetDir = join(folder, randomUUID());
});
afterEach(async () => {
  await targetClient.end();
  await target.drop();
});

describe('a backup', () => {
  test('has every table of every schema of ours, one that nobody thought of included', async () => {
    await client.query('CREATE TABLE library.notes AS SELECT 1 AS id');
    const path = join(folder, 'notes.zip');
    const { tables } = await backUpTo(path);
    await client.query('DROP TABLE library.notes');
    const { rows } = await client.query(
      `SELECT table_schema || '/' || table_name AS name FROM information_schema.tables
        WHERE table_schema IN ('credits', 'library', 'payments') AND table_type = 'BASE TABLE' AND table_name <> 'migrations'`,
    );
    const stored = [...(await readArchive(path)).keys()].filter((name) => name.startsWith('rows/'));
    expect(stored.sort()).toEqual([...rows.map(({ name }) => `rows/${name}`), 'rows/library/notes'].sort());
    expect(tables.find(({ name }) => name === 'notes')).toMatchObject({ rows: 1 });
  });

  test('tells of a row whose file is gone, or is another one, and of one deleted meanwhile says nothing', async () => {
    const store = () => storeDocument(client, sourceDir);
    const [gone, damaged, deleted] = [await store(), await store(), await store()];
    rmSync(join(sourceDir, 'files/documents', gone, 'blocks.json'));
    writeFileSync(join(sourceDir, 'files/documents', damaged, 'original'), 'It was a dark fight.');
    const path = join(folder, 'lost.zip');
    const begin = (what: string) => {
      // The snapshot is taken, the files are not copied yet.
      if (what !== 'files') return;
      rmSync(join(sourceDir, 'files/documents', deleted), { recursive: true });
      void client.query('DELETE FROM library.documents WHERE id = $1', [deleted]);
    };
    const { lost, deletedMeanwhile } = await backUpTo(path, {
      begin,
      report: () => undefined,
    } as typeof silent);
    await client.query('DELETE FROM library.documents WHERE id = ANY ($1)', [[gone, damaged]]);
    const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).sort();
    expect([ids(lost), ids(deletedMeanwhile)]).toEqual([[gone, damaged].sort(), [deleted]]);

    await restoreFrom(path);
    const { rows } = await targetClient.query('SELECT id FROM library.documents');
    expect(ids(rows)).toEqual([documentId, gone, damaged].sort());
  });

  test('leaves no draft when it fails', async () => {
    const before = readdirSync(folder);
    await client.query('ALTER TABLE library.exports RENAME COLUMN sha256 TO sum');
    const failing = backUpTo(join(folder, 'failed.zip'));
    await expect(failing).rejects.toThrow('sha256');
    await client.query('ALTER TABLE library.exports RENAME COLUMN sum TO sha256');
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('a restore', () => {
  test('gives back rows, files and keys as they were, and the ledger goes on', async () => {
    await restoreFrom(archive);
    const restored = join(folder, 'again.zip');
    await backUp(targetClient, { dataDir: targetDir, path: restored, progress: silent });
    const [before, after] = [await readArchive(archive), await readArchive(restored)];
    for (const name of ['manifest.json', 'SHA256SUMS']) {
      before.delete(name);
      after.delete(name);
    }
    expect(after).toEqual(before);
    const credits = await openCredits(target.url);
    await credits.credits.grant({ userId: 'alice', credits: 1, reason: 'more', actor: 'shop' });
    expect(await credits.credits.balance('alice')).toMatchObject({ balance: 46, held: 5 });
    await credits.check();
    await credits.close();
  });

  test('asks no trigger of its tables, and leaves them on', async () => {
    const reader = await ArchiveReader.open(archive);
    for (const migrate of MIGRATIONS) await migrate(targetClient, { upTo: reader.manifest.migrations });
    await targetClient.query(`
      CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''asked''; END';
      CREATE TRIGGER watch BEFORE INSERT ON credits.wallets FOR EACH ROW EXECUTE FUNCTION public.refuse()`);
    await loadRows(targetClient, reader, silent);
    reader.close();
    const insert = targetClient.query(`INSERT INTO credits.wallets (user_id) VALUES ('bob')`);
    await expect(insert).rejects.toThrow('asked');
  });

  test.each([0.05, 0.5, 0.9, 0.999])('refuses an archive of which %d has come', async (part) => {
    const path = join(folder, 'cut.zip');
    writeFileSync(path, readFileSync(archive));
    truncateSync(path, Math.floor(readFileSync(archive).length * part));
    await expect(restoreFrom(path)).rejects.toMatchObject({ name: 'BackupError', exitCode: 65 });
    await expectNothingLeft();
  });

  test('refuses an archive with one wrong byte, wherever it is', async () => {
    const good = readFileSync(archive);
    const path = join(folder, 'flipped.zip');
    for (let at = 40; at < good.length; at += Math.ceil(good.length / 25)) {
      const bytes = Buffer.from(good);
      bytes[at]! ^= 0x10;
      writeFileSync(path, bytes);
      const outcome = await restoreFrom(path).then(
        () => 'restored',
        (error: Error) => error.name,
      );
      // A byte that says nothing, such as the time of an entry, may be any.
      if (outcome === 'restored') {
        await targetClient.query('DROP SCHEMA credits, library, payments CASCADE');
        rmSync(targetDir, { recursive: true });
      } else expect(outcome).toBe('BackupError');
      await expectNothingLeft();
    }
  }, 180_000);

  test('refuses a file that is none, or is not there', async () => {
    const path = join(folder, 'text.zip');
    writeFileSync(path, 'a text');
    await expect(restoreFrom(path)).rejects.toMatchObject({ exitCode: 65 });
    await expect(restoreFrom(join(folder, 'nowhere.zip'))).rejects.toThrow('cannot be read (ENOENT)');
  });

  test.each<[string, (contents: Contents) => Contents, RegExp]>([
    [
      'without one of our tables',
      (contents) => {
        contents.delete('rows/credits/refunds');
        return withManifest(contents, (manifest) => {
          manifest.tables = manifest.tables.filter(({ name }) => name !== 'refunds');
        });
      },
      /the table credits\.refunds is not in it/,
    ],
    [
      'with a table that nobody makes',
      (contents) =>
        withManifest(contents, ({ tables }) => {
          tables.push({ schema: 'credits', name: 'notes', columns: ['id'], rows: 0 });
        }),
      /no migration makes its table credits\.notes/,
    ],
    [
      'with fewer rows than it says',
      (contents) =>
        contents.set('rows/credits/erasures', Buffer.from('')) && withManifest(contents, miscount),
      /rows instead of 7/,
    ],
    ['without the file of a row', (contents) => without(contents, '/original'), /original is not in it/],
    ['with another file than its row says', (contents) => replaced(contents), /is not what its row says/],
    [
      'with a name that leads elsewhere',
      (contents) => contents.set('keys/.hidden', Buffer.from('x')),
      /not the name of a stored file/,
    ],
    [
      'of a later version',
      (contents) => withManifest(contents, ({ migrations }) => migrations['credits']!.push('9999_later.sql')),
      /does not know its migration 9999_later\.sql/,
    ],
    [
      'in another format',
      (contents) => withManifest(contents, (manifest) => (manifest.format = 2)),
      /it has the format 2/,
    ],
  ])('refuses an archive %s, and leaves nothing', async (_, change, why) => {
    const { message, exitCode } = await refusedBy(change(await readArchive(archive)));
    expect(message).toMatch(why);
    expect(exitCode).toBe(65);
    await expectNothingLeft();
  });

  test('refuses books that differ, unless it is told to take them as they are', async () => {
    const contents = await readArchive(archive);
    const wallets = contents.get('rows/credits/wallets')!.toString();
    contents.set('rows/credits/wallets', Buffer.from(wallets.replace('45', '46')));
    const refusal = await refusedBy(contents);
    expect([refusal.message, refusal.exitCode]).toEqual([expect.stringContaining('alice'), 1]);
    await expectNothingLeft();
    await restoreFrom(join(folder, 'changed.zip'), true);
    expect((await targetClient.query('SELECT balance FROM credits.wallets')).rows).toEqual([
      { balance: '46' },
    ]);
  });

  test.each(['files', 'keys'])('refuses a folder in which there are %s already', async (name) => {
    mkdirSync(join(targetDir, name), { recursive: true });
    writeFileSync(join(targetDir, name, 'mine'), 'x');
    await expect(restoreFrom(archive)).rejects.toMatchObject({ name: 'RefusedError', exitCode: 1 });
    expect(readFileSync(join(targetDir, name, 'mine'), 'utf8')).toBe('x');
  });

  test('refuses a database that has tables of ours, and changes none of them', async () => {
    const other = await connect(source.url);
    const into = restore(other, {
      dataDir: targetDir,
      path: archive,
      progress: silent,
      acceptDifferences: false,
    });
    await expect(into).rejects.toThrow('the database has the schema "credits"');
    await other.end();
    expect(await open.credits.balance('alice')).toMatchObject({ balance: 45 });
  });

  test('clears what a restore that was killed has left', async () => {
    mkdirSync(join(targetDir, 'restoring/files/documents'), { recursive: true });
    await restoreFrom(archive);
    expect(readdirSync(targetDir).sort()).toEqual(['files', 'keys']);
  });
});
