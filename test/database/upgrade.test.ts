import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { migrateLedger } from '../../src/credits/plumbing.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client(database.url);
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

test('a function that an upgrade makes anew is nobody’s but the app’s, as it was', async () => {
  await owner.query(`
    DROP FUNCTION credits.apply;
    UPDATE credits.migrations SET checksum = 'older' WHERE name = 'apply.sql'`);
  await migrateLedger(owner);
  const { rows } = await owner.query(
    `SELECT pg_get_function_arguments(oid) AS takes, has_function_privilege('public', oid, 'EXECUTE') AS everybody,
            has_function_privilege('credits_app', oid, 'EXECUTE') AS app
       FROM pg_proc WHERE pronamespace = 'credits'::regnamespace AND proname = 'apply'`,
  );
  expect(rows).toEqual([
    { takes: expect.stringMatching(/^batch credits.operation\[\]/), everybody: false, app: true },
  ]);
});
