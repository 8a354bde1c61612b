import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { POOL_SIZE, dataSourceOptions } from '../../src/database/data-source.js';
import { makeOwnServer, type OwnServer } from './own-server.js';
import { eventually, isDown, sql } from './processes.js';

let server: OwnServer;
let dataSource: DataSource;

beforeAll(async () => {
  server = await makeOwnServer();
  await server.start();
  dataSource = await new DataSource(dataSourceOptions({ connectionString: server.url })).initialize();
});

afterAll(async () => {
  await dataSource.destroy();
  await server.stop();
  server.remove();
});

const pool = () => (dataSource.driver as unknown as { master: Pool }).master;
const killOthers = () =>
  sql(
    server.url,
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'creditgate'",
  );

/** Until there is a connection: a busy machine may not make so many at once in the time the pool waits for one. */
async function patiently<T>(use: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await use();
    } catch (error) {
      if (!/when trying to connect|connection timeout/.test((error as Error).message)) throw error;
    }
  }
}

test('every connection carries the time limits, smallest inside', async () => {
  const limits = ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'];
  const [row] = await dataSource.query(
    `SELECT ${limits.map((name) => `current_setting('${name}') AS ${name}`).join()}`,
  );
  expect(row).toEqual({
    lock_timeout: '1s',
    statement_timeout: '2s',
    idle_in_transaction_session_timeout: '5s',
  });
});

test('a statement is given up by the server after 2 s, before the driver gives up', async () => {
  await expect(dataSource.query('SELECT pg_sleep(10)')).rejects.toMatchObject({ code: '57014' });
});

test('killed connections, idle or lent out, end neither the process nor the pool', async () => {
  const lent: PoolClient = await pool().connect();
  await dataSource.query('SELECT 1');
  await killOthers();
  await expect(lent.query('SELECT 1')).rejects.toThrow();
  lent.release(true);
  await eventually('the pool to have noticed', () => pool().totalCount === 0);
  expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('an eleventh caller waits no longer than 1 s for a connection', async () => {
  const lent = await Promise.all(Array.from({ length: 10 }, () => patiently(() => pool().connect())));
  await expect(pool().connect()).rejects.toThrow('timeout exceeded when trying to connect');
  for (const client of lent) client.release();
});

describe('a connection that stopped answering in mid-transaction', () => {
  test('is given up with its transaction: nobody after it commits what it had begun', async () => {
    await dataSource.query('CREATE TABLE notes (text text)');
    let pid = 0;
    const abandoned = dataSource.transaction(async (tx) => {
      [{ pid }] = await tx.query('SELECT pg_backend_pid() AS pid');
      await tx.query(`INSERT INTO notes VALUES ('before the silence')`);
      process.kill(pid, 'SIGSTOP');
      await tx.query(`INSERT INTO notes VALUES ('in the silence')`);
    });
    try {
      await expect(abandoned).rejects.toThrow('Query read timeout');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    // Enough of them at once to have every connection of the pool.
    const others = Array.from({ length: POOL_SIZE }, (_, n) =>
      patiently(() =>
        dataSource.transaction((tx) => tx.query('INSERT INTO notes VALUES ($1)', [`note ${n}`])),
      ),
    );
    await Promise.all(others);
    const notes = await dataSource.query<{ text: string }[]>('SELECT text FROM notes');
    expect(notes.map(({ text }) => text).sort()).toEqual(others.map((_, n) => `note ${n}`));
  });
});

test('an application migrates before it opens the DataSource and stops its server after it has closed it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'creditgate-app-'));
  chmodSync(folder, 0o755);
  const home = join(folder, 'postgres');
  const script = join(import.meta.dirname, 'database-app.mjs');
  const { said, signal } = await new Promise<{ said: string; signal?: string }>((resolve) => {
    execFile(process.execPath, [script, folder], (error, stdout, stderr) =>
      resolve({ said: stdout + stderr, signal: error?.signal ?? undefined }),
    );
  });
  expect({ said, signal }).toEqual({ said: 'used\n', signal: 'SIGTERM' });
  expect(isDown(home)).toBe(true);
  // A connection that the server had to cut would have been left behind here.
  expect(readFileSync(join(home, 'postgres.log'), 'utf8')).not.toContain('terminating connection');
  rmSync(folder, { recursive: true });
});
