import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { openGroups } from '../../src/credits/open-groups.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

// A host that names its servers itself, with no program of ours around the ledger.

const HALVES = [
  [0, 1],
  [2, 3],
];
let databases: TestDatabase[];

beforeAll(async () => {
  databases = [await createEmptyDatabase(), await createEmptyDatabase()];
});
afterAll(() => Promise.all(databases.map((database) => database.drop())));

const opened = async (halves: number[][]) => {
  const servers = halves.map((groups, place) => ({
    groups,
    pool: { connectionString: databases[place]!.url },
  }));
  const groups = await openGroups({ groups: 4, servers });
  await groups.onApplicationShutdown();
};
async function sql(database: TestDatabase, text: string): Promise<{ name: string }[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const results = await client.query<{ name: string }>(text);
  await client.end();
  return results.rows;
}
const schemasAt = async (database: TestDatabase) => {
  const schemas = `SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^credits_\\d' ORDER BY 1`;
  return (await sql(database, schemas)).map(({ name }) => name);
};

test('groups that were made are not made anew on a server that does not have them', async () => {
  await opened(HALVES);
  const made = await Promise.all(databases.map(schemasAt));
  expect(made).toEqual([
    ['credits_0000', 'credits_0001'],
    ['credits_0002', 'credits_0003'],
  ]);
  await expect(opened([...HALVES].reverse())).rejects.toThrow(
    'the groups 2, 3 were made and are not in this database',
  );
  await expect(opened([[0, 1, 2, 3]])).rejects.toThrow('the groups 2, 3 were made');
  expect(await Promise.all(databases.map(schemasAt))).toEqual(made);
  await opened(HALVES);
});

test('a role that may not note it starts all the same', async () => {
  for (const database of databases) {
    await sql(database, 'DELETE FROM credits.made_for');
    await sql(database, 'REVOKE INSERT ON credits.made_for FROM CURRENT_USER');
  }
  await opened(HALVES);
});
