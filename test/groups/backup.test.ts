import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { backUp } from '../../src/backup/back-up.js';
import { restore } from '../../src/backup/restore.js';
import { allIn, groupOf } from '../../src/credits/plumbing.js';
import { MIGRATIONS } from '../../src/migrations.js';
import { environmentOf, startProgram } from '../admin/child.js';
import { makeFolder, removeFolder, storeDocument } from '../backup/places.js';
import { openCredits } from '../support/credits.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

const silent = { begin: () => undefined, report: () => undefined };
const folder = makeFolder();
const users = Array.from({ length: 12 }, (_, n) => `user ${n}`);
let databases: [source: TestDatabase, target: TestDatabase];
let clients: pg.Client[];

beforeAll(async () => {
  databases = [await createEmptyDatabase(), await createEmptyDatabase()];
  clients = databases.map(({ url }) => new pg.Client(url));
  for (const client of clients) await client.connect();
});
afterAll(async () => {
  for (const client of clients) await client.end();
  for (const database of databases) await database.drop();
  removeFolder(folder);
});

test('a backup of four groups is restored as four groups, and as no other number', async () => {
  const [source, target] = clients;
  for (const migrate of MIGRATIONS) {
    await migrate(source!, { placement: allIn(4), onProgress: () => undefined });
  }
  const before = await openCredits(databases[0].url, { groups: 4 });
  for (const userId of users) {
    await before.credits.grant({ userId, credits: 20, reason: 'bought', actor: 'shop' });
    await before.credits.charge({ userId, action: 'txt_upload' });
  }
  await before.close();
  const path = join(folder, 'four.zip');
  await backUp(source!, { dataDir: join(folder, 'before'), path, progress: silent });

  const into = { dataDir: join(folder, 'after'), path, progress: silent, acceptDifferences: false };
  await expect(restore(target!, into)).rejects.toThrow('set CREDIT_GROUPS as it was');
  await expect(restore(target!, { ...into, placement: allIn(8) })).rejects.toThrow(
    'set CREDIT_GROUPS as it was',
  );
  await restore(target!, { ...into, placement: allIn(4) });

  const after = await openCredits(databases[1].url, { groups: 4 });
  for (const userId of users) {
    expect(await after.credits.charge({ userId, action: 'txt_upload' })).toMatchObject({ balance: 14 });
  }
  await after.check();
  const { rowCount } = await target!.query(
    `UPDATE credits.wallets SET balance = 15 WHERE user_id = 'user 3'`,
  );
  expect(rowCount).toBe(1);
  expect((await after.credits.balance('user 3')).balance).toBe(15);
  await after.close();
}, 120_000);

describe('a backup of two servers', () => {
  let servers: TestDatabase[];
  let sql: pg.Client[];
  const dataDir = (name: string) => join(folder, name);
  const path = (name: string, groups: string) => join(folder, `${name}-${groups}.zip`);

  beforeAll(async () => {
    servers = [];
    for (let n = 0; n < 4; n += 1) servers.push(await createEmptyDatabase());
    sql = servers.map(({ url }) => new pg.Client(url));
    for (const client of sql) await client.connect();
  });
  afterAll(async () => {
    for (const client of sql) await client.end();
    for (const server of servers) await server.drop();
  });

  const command = (name: string, [first, second]: TestDatabase[], place: string, file: string) => {
    // The order of the map makes no difference.
    const map = { CREDIT_GROUPS: '4', DATABASE_GROUPS: `2-3=${second!.url} 0-1=${first!.url}` };
    const env = { ...environmentOf({ dataDir: dataDir(place), databaseUrl: '' }), ...map };
    return startProgram(`cli/${name}.js`, env, file === '' ? [] : [join(folder, file)]).result;
  };
  const charge = async (userId: string, credits: number) => {
    const { rowCount } = await sql[groupOf(userId, 4) > 1 ? 1 : 0]!.query(
      'UPDATE credits.wallets SET balance = balance - $2 WHERE user_id = $1',
      [userId, credits],
    );
    expect(rowCount).toBe(1);
  };
  const balances = async (from: pg.Client[]) => {
    const asked = from.map((client) =>
      client.query('SELECT user_id, balance FROM credits.wallets ORDER BY user_id'),
    );
    return (await Promise.all(asked)).map(({ rows }) => rows);
  };
  const schemasIn = async (from: pg.Client[]) => {
    const text = `SELECT FROM pg_namespace WHERE nspname ~ '^(credits|library|payments)'`;
    return (await Promise.all(from.map((client) => client.query(text)))).map(({ rowCount }) => rowCount);
  };

  test('is one archive for each, and both are restored with their files', async () => {
    expect((await command('migrate', servers.slice(0, 2), 'source', '')).code).toBe(0);
    for (const userId of users) {
      const client = sql[groupOf(userId, 4) > 1 ? 1 : 0]!;
      await client.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 20)', [userId]);
    }
    const stored: string[] = [];
    for (const client of sql.slice(0, 2)) stored.push(await storeDocument(client, dataDir('source')));
    const backup = await command('backup', servers, 'source', 'monday.zip');
    expect(backup).toMatchObject({ code: 0 });
    expect(backup.out.trim().split('\n')).toEqual([
      expect.stringContaining(`${path('monday', '0-1')}: `),
      expect.stringContaining(`${path('monday', '2-3')}: `),
    ]);
    const restored = await command('restore', servers.slice(2), 'target', 'monday.zip');
    expect(restored).toMatchObject({ code: 0 });
    expect(await balances(sql.slice(2))).toEqual(await balances(sql.slice(0, 2)));
    expect((await balances(sql.slice(2))).map((rows) => rows.length > 0)).toEqual([true, true]);
    expect(readdirSync(join(dataDir('target'), 'files/documents')).sort()).toEqual(stored.sort());
  }, 180_000);

  test('with one archive that is older than the other is refused, and nothing is restored of it', async () => {
    await charge(users[0]!, 5);
    expect((await command('backup', servers, 'source', 'tuesday.zip')).code).toBe(0);
    cpSync(path('monday', '2-3'), path('tuesday', '2-3'));
    const empty = [await createEmptyDatabase(), await createEmptyDatabase()];
    const clients = empty.map(({ url }) => new pg.Client(url));
    for (const client of clients) await client.connect();
    const { code, err } = await command('restore', empty, 'mixed', 'tuesday.zip');
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/not of one backup: .*tuesday-0-1\.zip as of .*, .*tuesday-2-3\.zip as of/),
    });
    expect(await schemasIn(clients)).toEqual([0, 0]);
    // Nor is anything left in the first where only the second cannot be restored.
    rmSync(path('tuesday', '2-3'));
    expect(await command('restore', empty, 'mixed', 'tuesday.zip')).toMatchObject({ code: 1 });
    await clients[1]!.query('CREATE SCHEMA credits CREATE TABLE wallets (n int)');
    expect((await command('restore', empty, 'mixed', 'monday.zip')).code).not.toBe(0);
    expect(await schemasIn(clients)).toEqual([0, 1]);
    expect(existsSync(join(dataDir('mixed'), 'keys'))).toBe(false);
    for (const client of clients) await client.end();
    for (const database of empty) await database.drop();
  }, 180_000);
});
