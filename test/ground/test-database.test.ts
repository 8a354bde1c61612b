import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('a test database', () => {
  let databases: TestDatabase[];

  beforeAll(async () => {
    databases = await Promise.all(Array.from({ length: 6 }, createTestDatabase));
  });

  afterAll(async () => {
    await Promise.all(databases.map((database) => database.drop()));
  });

  test('is cloned as often as wanted at the same time, each under a name of its own', async () => {
    const names = await Promise.all(databases.map((database) => ask(database, 'SELECT current_database()')));
    expect(new Set(names).size).toBe(6);
  });

  test('comes migrated', async () => {
    for (const database of databases) {
      expect(await ask(database, `SELECT to_regclass('credits.wallets')::text`)).toBe('credits.wallets');
    }
  });

  test('shows nothing of what another one holds', async () => {
    const [mine, theirs] = databases as [TestDatabase, TestDatabase];
    await ask(mine, 'CREATE TABLE seen_here_only AS SELECT 1');
    expect(await ask(theirs, `SELECT to_regclass('seen_here_only')::text`)).toBeNull();
  });

  test('is gone after drop, even while somebody is connected', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    await expect(ask(database, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });
});

async function ask(database: TestDatabase, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}
