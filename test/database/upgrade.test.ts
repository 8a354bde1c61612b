import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { migrateLedger } from '../../src/credits/plumbing.js';
import { createTestDatabase, hasSuperuser, type TestDatabase } from '../support/database.js';

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
  const { rows } = await owner.query<{ takes: string; everybody: boolean; app: boolean | null }>(
    `SELECT pg_get_function_arguments(p.oid) AS takes, has_function_privilege('public', p.oid, 'EXECUTE') AS everybody,
            has_function_privilege(r.oid, p.oid, 'EXECUTE') AS app
       FROM pg_proc p LEFT JOIN pg_roles r ON r.rolname = 'credits_app'
      WHERE p.pronamespace = 'credits'::regnamespace AND p.proname = 'apply'`,
  );
  expect(rows).toMatchObject([
    { takes: expect.stringMatching(/^batch credits.operation\[\]/), everybody: false },
  ]);
  // A plain owner makes no roles, so there may be none to ask about.
  expect(rows[0]!.app ?? !hasSuperuser).toBe(true);
});
