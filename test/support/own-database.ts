import { afterAll } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';

interface Closable {
  close(): Promise<void>;
}

/**
 * What a test file needs a database for, opened on one of its own. To be awaited at the top of the file: both are closed
 * after its last test, in that order, so no file spells that out.
 */
export async function onOwnDatabase<T extends Closable>(
  open: (url: string) => Promise<T>,
): Promise<[opened: T, database: TestDatabase]> {
  const [[opened], database] = await allOnOwnDatabase(open);
  return [opened, database];
}

/** The same for several that share the database. */
export async function allOnOwnDatabase<T extends Closable[]>(
  ...opens: { [K in keyof T]: (url: string) => Promise<T[K]> }
): Promise<[opened: T, database: TestDatabase]> {
  const database = await createTestDatabase();
  const opened = (await Promise.all(opens.map((open) => open(database.url)))) as T;
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await database.drop();
  });
  return [opened, database];
}

/** The same for a file that needs no more than SQL. */
export async function clientOnOwnDatabase(): Promise<[client: pg.Client, database: TestDatabase]> {
  const [{ client }, database] = await onOwnDatabase(openClient);
  return [client, database];
}

export async function openClient(connectionString: string): Promise<{ client: pg.Client } & Closable> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return { client, close: () => client.end() };
}
