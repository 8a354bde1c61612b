import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface TestDatabase {
  /** Of its owner, who is no superuser. */
  url: string;
  /** Of the same database, for what only a superuser may do: make roles, look at and end other people's sessions. */
  superuserUrl: string;
  drop(): Promise<void>;
}

const OBJECT_IN_USE = '55006';
const CLONE_PATIENCE_MS = 10_000;

/** False where the run was lent a server and is no superuser there: `test.skip` is then all that remains. */
export const hasSuperuser = process.env['CREDITGATE_TEST_SUPERUSER'] === 'yes';

/** A migrated database of this test file alone, cloned from the template of the run in some 20 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = fromSetup('CREDITGATE_TEST_SERVER_URL');
  const ownerUrl = new URL(fromSetup('CREDITGATE_TEST_OWNER_URL'));
  const template = fromSetup('CREDITGATE_TEST_TEMPLATE');
  const name = `${template}_${randomBytes(6).toString('hex')}`;
  const owner = pg.escapeIdentifier(decodeURIComponent(ownerUrl.username));
  await onServer(serverUrl, (client) => clone(client, template, `${name} OWNER ${owner}`));
  const superuserUrl = new URL(serverUrl);
  for (const url of [superuserUrl, ownerUrl]) url.pathname = `/${name}`;
  return {
    url: ownerUrl.href,
    superuserUrl: superuserUrl.href,
    drop: () =>
      onServer(serverUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}

/** One without any of our schemas, for a test of migrations. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query('DROP SCHEMA credits, library, payments CASCADE');
  await owner.end();
  return database;
}

async function clone(client: pg.Client, template: string, database: string): Promise<void> {
  const deadline = Date.now() + CLONE_PATIENCE_MS;
  for (;;) {
    try {
      await client.query(`CREATE DATABASE ${database} TEMPLATE ${template}`);
      return;
    } catch (error) {
      // Nobody may connect to the template, but autovacuum does, and PostgreSQL then refuses the clone.
      const busy = error instanceof pg.DatabaseError && error.code === OBJECT_IN_USE;
      if (!busy || Date.now() > deadline) throw error;
      await delay(50);
    }
  }
}

async function onServer(connectionString: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

function fromSetup(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is missing: run the tests with "npm test".`);
  return value;
}
