import { afterAll } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';

/**
 * What a test file needs a database for, opened on one of its own. To be awaited at the top of the file: both are closed
 * after its last test, in that order, so no file spells that out.
 */
export async function onOwnDatabase<T extends { close(): Promise<void> }>(
  open: (url: string) => Promise<T>,
): Promise<[opened: T, database: TestDatabase]> {
  const database = await createTestDatabase();
  const opened = await open(database.url);
  afterAll(async () => {
    await opened.close();
    await database.drop();
  });
  return [opened, database];
}

/** The same for a file that needs no more than SQL. */
export async function clientOnOwnDatabase(): Promise<[client: pg.Client, database: TestDatabase]> {
  const [{ client }, database] = await onOwnDatabase(async (connectionString) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    return { client, close: () => client.end() };
  });
  return [client, database];
}
