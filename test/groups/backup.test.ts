import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import pg from 'pg';
import { backUp } from '../../src/backup/back-up.js';
import { restore } from '../../src/backup/restore.js';
import { allIn } from '../../src/credits/plumbing.js';
import { MIGRATIONS } from '../../src/migrations.js';
import { makeFolder, removeFolder } from '../backup/places.js';
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
