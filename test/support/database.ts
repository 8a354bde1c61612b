import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

const OBJECT_IN_USE = '55006';
const CLONE_PATIENCE_MS = 10_000;

/** A migrated database of this test file alone, cloned from the template of the run in some 20 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = fromSetup('CREDITGATE_TEST_SERVER_URL');
  const template = fromSetup('CREDITGATE_TEST_TEMPLATE');
  const name = `${template}_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, (client) => clone(client, template, name));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () =>
      onServer(serverUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}

async function clone(client: pg.Client, template: string, name: string): Promise<void> {
  const deadline = Date.now() + CLONE_PATIENCE_MS;
  for (;;) {
    try {
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
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
