import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WalletDatabase } from '../../src/database/wallet-database.js';
import { DataDirClaim } from '../../src/library/data-dir-claim.js';
import { FileStore } from '../../src/library/file-store.js';
import { environmentOf, startProgram } from '../admin/child.js';
import { openProduct, upload, type Product } from '../app/product.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const folders = mkdtempSync(join(tmpdir(), 'creditgate-claim-'));
const OTHER_ID = '00000000-0000-4000-8000-000000000001';
let product: Product;
let other: TestDatabase;
let made = 0;

beforeAll(async () => {
  product = await openProduct();
  await product.open('alice', 10);
  other = await createTestDatabase();
});
afterAll(async () => {
  await product.close();
  await other.drop();
  rmSync(folders, { recursive: true, force: true });
});

beforeEach(async () => {
  anotherDatabase.folder = null;
  await product.sql.query('UPDATE library.installation SET folder = NULL');
});

const folder = () => {
  const path = join(folders, String((made += 1)));
  mkdirSync(path);
  return path;
};
const claimOf = (dataDir: string, databases: unknown = product.app.get(WalletDatabase)) =>
  new DataDirClaim(databases as WalletDatabase, { dataDir } as never, new FileStore(dataDir));
const claim = (dataDir: string, databases?: unknown) => claimOf(dataDir, databases).make();
const idsIn = (dataDir: string) => readFileSync(join(dataDir, 'keys/database.id'), 'utf8').split('\n');
/** With nothing stored in it. */
const anotherDatabase = {
  folder: null as unknown,
  query(sql: string, [folder]: unknown[] = []) {
    if (sql.startsWith('UPDATE')) this.folder ??= folder;
    return Promise.resolve(sql.includes('installation') ? [{ id: OTHER_ID, folder: this.folder }] : []);
  },
};
const present = (...databases: unknown[]) => ({
  present: () => databases,
  whenAllThere: (): Promise<unknown> | undefined => undefined,
});
const others = present(anotherDatabase);

describe('a folder that names no database', () => {
  test('is taken by one in which nothing is stored, for it and for every instance after it', async () => {
    const dataDir = folder();
    await claim(dataDir);
    const [id] = idsIn(dataDir);
    const { rows } = await product.sql.query('SELECT id FROM library.installation');
    expect(id).toBe(rows[0].id);
    await claim(dataDir);
    expect(idsIn(dataDir)).toEqual([id, '']);
  });

  test('is refused by one whose files are not in it, and taken by it where they are', async () => {
    const { status } = await product.call('alice', '/api/upload/txt', upload('a text'));
    expect(status).toBe(201);
    const dataDir = folder();
    await expect(claim(dataDir)).rejects.toThrow('DATA_DIR does not belong to this database');
    expect(existsSync(join(dataDir, 'keys'))).toBe(false);
    // As a version before left it.
    await claim(product.dataDir);
    expect(idsIn(product.dataDir)).toHaveLength(2);
  });
});

describe('a folder that names a database', () => {
  test('is refused by every other, and left as it was', async () => {
    const dataDir = folder();
    await claim(dataDir, others);
    await expect(claim(dataDir)).rejects.toThrow('DATA_DIR belongs to another database');
    expect(idsIn(dataDir)).toEqual([OTHER_ID, '']);
  });

  test('learns of one that joined those that it names', async () => {
    const dataDir = product.dataDir;
    const [id] = idsIn(dataDir);
    const all = [...product.app.get(WalletDatabase).all(), anotherDatabase];
    await claim(dataDir, present(...all));
    expect(idsIn(dataDir)).toEqual([id, OTHER_ID, '']);
  });
});

describe('a database that names a folder', () => {
  test('is refused every other one that is empty, or a copy without the keys, and takes that one again', async () => {
    const dataDir = folder();
    await product.sql.query('DELETE FROM library.documents');
    await claim(dataDir);
    const second = folder();
    const refusal = "DATA_DIR is not the folder that this database's files are in";
    await expect(claim(second)).rejects.toThrow(refusal);
    expect(existsSync(join(second, 'keys'))).toBe(false);
    // As both machines had begun before there was anything to compare.
    mkdirSync(join(second, 'keys'));
    writeFileSync(join(second, 'keys/database.id'), readFileSync(join(dataDir, 'keys/database.id')));
    await expect(claim(second)).rejects.toThrow(refusal);
    await claim(dataDir);
  });

  test('is joined in it by several instances that start at once', async () => {
    const dataDir = folder();
    await Promise.all([1, 2, 3, 4].map(() => claim(dataDir)));
    const { rows } = await product.sql.query('SELECT folder FROM library.installation');
    expect(readFileSync(join(dataDir, 'keys/folder.id'), 'utf8')).toBe(rows[0].folder);
  });
});

describe('a folder that is lost for good', () => {
  test('is replaced by one that claims the files, and is refused itself from then on', async () => {
    await product.call('alice', '/api/upload/txt', upload('a text that will be lost'));
    await claim(product.dataDir);
    const { rows } = await product.sql.query('SELECT count(*)::int AS stored FROM library.documents');
    const dataDir = folder();
    await expect(claim(dataDir)).rejects.toThrow('npm run credits -- claim-files');
    const { stored } = rows[0];
    expect(await claimOf(dataDir).takeOver()).toEqual({ missing: stored, lookedFor: stored });
    await claim(dataDir);
    await expect(claim(product.dataDir)).rejects.toThrow(
      "is not the folder that this database's files are in",
    );
  });

  test('is not replaced by one of another database', async () => {
    const dataDir = folder();
    await claim(dataDir, others);
    await expect(claimOf(dataDir).takeOver()).rejects.toThrow('DATA_DIR belongs to another database');
    expect(idsIn(dataDir)).toEqual([OTHER_ID, '']);
    const { rows } = await product.sql.query('SELECT folder FROM library.installation');
    expect(rows[0].folder).toBeNull();
  });
});

test('a start with the folder of another database ends with 78 and one line', async () => {
  const dataDir = folder();
  await claim(dataDir, others);
  const { result } = startProgram('main.js', environmentOf({ databaseUrl: other.url, dataDir }));
  const { code, out, err } = await result;
  expect([code, out]).toEqual([78, '']);
  expect(err).toMatch(/^DATA_DIR belongs to another database: .*\n$/);
});
