import { afterEach, expect, test } from '@jest/globals';
import { openApp, type OpenApp } from '../support/app.js';
import { clientOnOwnDatabase } from '../support/own-database.js';

const [owner, database] = await clientOnOwnDatabase();
let toy: OpenApp;
afterEach(() => toy.close());

const isReady = async () => (await fetch(`${toy.url}/health/ready`)).status === 200;

test('each answer took a page that no file had room for', async () => {
  toy = await openApp({ databaseUrl: database.url });
  expect(await isReady()).toBe(true);
  const { rows } = await owner.query(`
    SELECT relpersistence, pg_relation_size(oid)::int AS bytes FROM pg_class WHERE relname = 'creditgate_ready'`);
  expect(rows).toEqual([{ relpersistence: 't', bytes: 0 }]);
});

test('a role that may make no temporary tables is ready all the same', async () => {
  const { rows } = await owner.query<{ name: string }>('SELECT quote_ident(current_database()) AS name');
  await owner.query(`REVOKE TEMPORARY ON DATABASE ${rows[0]!.name} FROM PUBLIC, CURRENT_USER`);
  toy = await openApp({ databaseUrl: database.url });
  expect(await isReady()).toBe(true);
});
