import { expect, test } from '@jest/globals';
import { schemasOfOurs, tablesOf } from '../../src/backup/catalog.js';
import { inTransaction } from '../../src/backup/session.js';
import { SHELVES } from '../../src/library/shelves.js';
import { clientOnOwnDatabase } from '../support/own-database.js';

const [client] = await clientOnOwnDatabase();

test('a backup knows the tables that have files where a role quotes all names', async () => {
  await client.query('SET quote_all_identifiers = on');
  const tables = await inTransaction(client, 'BEGIN READ ONLY', async () =>
    tablesOf(client, await schemasOfOurs(client)),
  );
  expect(tables.map(({ sql }) => sql)).toEqual(expect.arrayContaining(SHELVES.map(({ table }) => table)));
});
