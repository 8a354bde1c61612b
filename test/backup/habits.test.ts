import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { schemasOfOurs, tablesOf } from '../../src/backup/catalog.js';
import { inTransaction } from '../../src/backup/session.js';
import { SHELVES } from '../../src/library/shelves.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

test('a backup knows the tables that have files where a role quotes all names', async () => {
  await client.query('SET quote_all_identifiers = on');
  const tables = await inTransaction(client, 'BEGIN READ ONLY', async () =>
    tablesOf(client, await schemasOfOurs(client)),
  );
  expect(tables.map(({ sql }) => sql)).toEqual(expect.arrayContaining(SHELVES.map(({ table }) => table)));
});
