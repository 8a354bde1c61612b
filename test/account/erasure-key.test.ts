import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeErasureKey } from '../../src/account/erasure-key.js';
import { FormerUsers } from '../../src/account/former-users.js';
import { ErasedPeople } from '../../src/credits/index.js';
import { openDesk } from '../admin/desk.js';
import { environmentOf, runCommand, startCommand, startProgram } from '../admin/child.js';

jest.setTimeout(60_000);

const desk = openDesk({ CREDIT_SIGNUP_GRANT: '100' });
const folders = mkdtempSync(join(tmpdir(), 'creditgate-key-'));
let databaseUrl: string;
let erased: string;

beforeAll(async () => {
  databaseUrl = process.env['DATABASE_URL']!;
  erased = (await desk.customer(5)).userId;
  await desk.erase(erased);
});
afterAll(() => rmSync(folders, { recursive: true, force: true }));

/** A DATA_DIR of its own, with this in place of the key; undefined: without. */
function folderWith(key: string | undefined): string {
  const dataDir = join(folders, randomUUID());
  mkdirSync(join(dataDir, 'keys'), { recursive: true });
  if (key !== undefined) writeFileSync(join(dataDir, 'keys', 'erasure.key'), key);
  return dataDir;
}

const start = (dataDir: string) => startProgram('main.js', environmentOf({ databaseUrl, dataDir }));

describe('a start on a database from which persons were erased', () => {
  test.each([
    ['without the key', undefined, /erasure\.key is missing/],
    ['with another key', 'another', /erasure\.key is not the one/],
  ])('is refused %s, in one line', async (_, key, why) => {
    const { code, out, err } = await start(folderWith(key)).result;
    expect([code, out]).toEqual([78, '']);
    expect(err).toMatch(why);
    expect(err.trim().split('\n')).toHaveLength(1);
    const { rows } = await desk.product.sql.query('SELECT folder FROM library.installation');
    expect(rows).toEqual([{ folder: null }]);
  });

  test('is refused to a command, too, whose process ends with that', async () => {
    const place = { databaseUrl, dataDir: folderWith(undefined) };
    const { code, out, err } = await startCommand(place, ['integrity']).result;
    expect([code, out]).toEqual([78, '']);
    expect(err).toMatch(/erasure\.key is missing/);
  });

  test('goes on with the key, and whoever was erased is no newcomer there', async () => {
    const dataDir = folderWith(undefined);
    cpSync(join(desk.product.dataDir, 'keys'), join(dataDir, 'keys'), { recursive: true });
    expect((await runCommand({ databaseUrl, dataDir }, 'integrity')).code).toBe(0);
    expect((await desk.product.call(erased, '/api/credits')).body.balance).toBe(0);
  });

  test('goes on without it once the owner says that it is lost for good', async () => {
    const { sql } = desk.product;
    const { rows } = await sql.query('SELECT pseudonym, person_hash FROM credits.erasures');
    const edit = async (statement: string, values: unknown[]) => {
      const client = await sql.connect();
      await client.query('BEGIN; ALTER TABLE credits.erasures DISABLE TRIGGER USER');
      await client.query(statement, values);
      await client.query('ALTER TABLE credits.erasures ENABLE TRIGGER USER; COMMIT');
      client.release();
    };
    await edit(`UPDATE credits.erasures SET person_hash = ''`, []);
    const { code } = await runCommand({ databaseUrl, dataDir: folderWith(undefined) }, 'integrity');
    for (const { pseudonym, person_hash } of rows) {
      await edit('UPDATE credits.erasures SET person_hash = $2 WHERE pseudonym = $1', [
        pseudonym,
        person_hash,
      ]);
    }
    expect(code).toBe(0);
  });
});

test('an instance with a DATA_DIR of its own neither erases nor welcomes anybody', async () => {
  const other = new FormerUsers(desk.product.app.get(ErasedPeople), {
    dataDir: folderWith('another'),
  } as never);
  await expect(other.has(`new-${randomUUID()}`)).rejects.toThrow('DATA_DIR');
  const people = desk.product.app.get(ErasedPeople);
  await expect(other.hashOf(`leaving-${randomUUID()}`, people)).rejects.toThrow('DATA_DIR');
});

test('a person erased by an earlier version is remembered', async () => {
  const userId = `former-${randomUUID()}`;
  const unmarked = (await makeErasureKey(desk.product.dataDir)).hashesOf(userId)[1];
  await desk.product.sql.query(`SELECT credits.erase($1, $2, $3, 'asked to', 'root')`, [
    userId,
    `erased:${randomUUID()}`,
    unmarked,
  ]);
  expect((await desk.product.call(userId, '/api/credits')).body.balance).toBe(0);
});
