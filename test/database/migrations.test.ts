import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { runMigrations, type MigrationSet } from '../../src/credits/plumbing.js';
import { SchemaTakenError } from '../../src/credits/ledger/migrate.js';
import { withoutTimeLimits } from '../../src/credits/ledger/connection.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

let database: TestDatabase;
let set: MigrationSet;
const clients: pg.Client[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  const schema = `s_${randomBytes(4).toString('hex')}`;
  const sql = `CREATE TABLE ${schema}.tries (made_at timestamptz DEFAULT now()); INSERT INTO ${schema}.tries DEFAULT VALUES`;
  set = { schema, migrations: [{ name: '0001_tries.sql', sql }], functions: [] };
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
  await database.drop();
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  clients.push(client);
  await client.connect();
  return client;
}

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('migrations of ' || $1, 0))`;

test('of several instances that start at once one migrates, and the others find nothing to do', async () => {
  const instances = await Promise.all([1, 2, 3, 4].map(connect));
  await Promise.all(instances.map((client) => runMigrations(client, set)));
  expect((await instances[0]!.query(`SELECT FROM ${set.schema}.tries`)).rowCount).toBe(1);
});

test('an instance that waits says so, and goes on when the connection it waits for is gone', async () => {
  const [busy, waiting] = [await connect(), await connect()];
  await busy.query('BEGIN');
  await busy.query(LOCK, [set.schema]);
  const lines: string[] = [];
  const migrated = runMigrations(waiting, set, { onProgress: (line) => lines.push(line) });
  await until(() => lines.length > 0, 15_000);
  expect(lines[0]).toBe(`Waiting for another instance that migrates the schema "${set.schema}"`);
  busy.connection.stream.destroy();
  await migrated;
  expect((await waiting.query(`SELECT FROM ${set.schema}.tries`)).rowCount).toBe(1);
});

test('a migration that an open transaction is in the way of says whose, and holds nobody up meanwhile', async () => {
  const [busy, migrating, other] = [await connect(), await connect(), await connect()];
  await runMigrations(busy, set);
  await busy.query(`BEGIN; SET application_name = 'psql'; SELECT FROM ${set.schema}.tries`);
  const sql = `ALTER TABLE ${set.schema}.tries ADD COLUMN more int`;
  const later = { ...set, migrations: [...set.migrations, { name: '0002_more.sql', sql }] };
  const lines: string[] = [];
  const migrated = runMigrations(migrating, later, { onProgress: (line) => lines.push(line) });
  await until(() => lines.length > 0, 15_000);
  expect(lines[0]).toMatch(
    new RegExp(
      `^Waiting for a transaction that is open in the schema "${set.schema}", such as that of \\w+ psql \\(process \\d+\\)$`,
    ),
  );
  await other.query(`SET lock_timeout = 1500; INSERT INTO ${set.schema}.tries DEFAULT VALUES`);
  await busy.query('COMMIT');
  await migrated;
  expect((await other.query(`SELECT more FROM ${set.schema}.tries`)).rowCount).toBe(2);
});

test('a schema of that name with tables of somebody else is left as it is, and the sentence says whose to look at', async () => {
  const client = await connect();
  await client.query(`CREATE SCHEMA ${set.schema}; CREATE TABLE ${set.schema}.invoices ()`);
  const refused = runMigrations(client, set);
  await expect(refused).rejects.toThrow(SchemaTakenError);
  await expect(refused).rejects.toThrow(`the schema "${set.schema}" has "invoices" and no migrations`);
  await expect(client.query(`SELECT FROM ${set.schema}.tries`)).rejects.toThrow('does not exist');
});

test('a schema of that name without tables is used', async () => {
  const client = await connect();
  await client.query(`CREATE SCHEMA ${set.schema}`);
  await runMigrations(client, set);
  expect((await client.query(`SELECT FROM ${set.schema}.tries`)).rowCount).toBe(1);
});

test('a migration leaves no lock behind on its connection', async () => {
  const client = await connect();
  await runMigrations(client, set);
  const locks = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()`;
  expect((await client.query(locks)).rowCount).toBe(0);
});

test('to look for what is missing has no time limit either, whatever the role has for people', async () => {
  const [busy, hasty] = [await connect(), await connect()];
  await runMigrations(busy, set);
  await busy.query(`BEGIN; LOCK TABLE ${set.schema}.migrations IN ACCESS EXCLUSIVE MODE`);
  await hasty.query(`SET statement_timeout = '200ms'; SET lock_timeout = '200ms'`);
  const looked = runMigrations(hasty, set);
  const outcome = Promise.race([looked, new Promise((resolve) => setTimeout(resolve, 1_000, 'waits'))]);
  expect(await outcome).toBe('waits');
  await busy.query('COMMIT');
  await looked;
  expect((await hasty.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '200ms' }]);
});

test('work without time limits has none, whatever the database says', async () => {
  const { pathname } = new URL(database.url);
  const client = await connect();
  await client.query(
    `ALTER DATABASE ${pathname.slice(1)} SET statement_timeout = '40ms'; ALTER DATABASE ${pathname.slice(1)} SET lock_timeout = '40ms'`,
  );
  const limits = await withoutTimeLimits({ connectionString: database.url }, async (patient) => {
    await patient.query('SELECT pg_sleep(0.1)');
    return (
      await patient.query(
        `SELECT current_setting('statement_timeout') AS st, current_setting('lock_timeout') AS lt`,
      )
    ).rows[0];
  });
  expect(limits).toEqual({ st: '0', lt: '0' });
  const showLimit = async (patient: pg.ClientBase) => (await patient.query('SHOW lock_timeout')).rows;
  const shown = await withoutTimeLimits({ connectionString: database.url }, showLimit, {
    lockTimeoutMs: 1_000,
  });
  expect(shown).toEqual([{ lock_timeout: '1s' }]);
});
