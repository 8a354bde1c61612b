import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import { openLedgerPool } from '../../src/credits/ledger/connection.js';
import { makeOwnServer, type OwnServer } from './own-server.js';
import { eventually } from './processes.js';

let server: OwnServer;
let pool: Pool;
const heard: Error[] = [];

beforeAll(async () => {
  server = await makeOwnServer();
  await server.start();
  // As a host's DataSource may have it: the ledger has a limit of its own.
  pool = openLedgerPool({ connectionString: server.url, query_timeout: 100 }, (error) => heard.push(error));
});

afterAll(async () => {
  await pool.end();
  await server.stop();
  server.remove();
});

test('a statement is given up by the server after 2 s, and its connection is kept', async () => {
  await expect(pool.query('SELECT pg_sleep(10)')).rejects.toMatchObject({ code: '57014' });
});

test('a connection that stopped answering is closed after 3 s, and the pool opens another one', async () => {
  const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const { pid } = rows[0]!;
  process.kill(pid, 'SIGSTOP');
  try {
    const askedAtMs = performance.now();
    await expect(pool.query('SELECT 1')).rejects.toThrow('Connection terminated');
    const waitedMs = performance.now() - askedAtMs;
    expect(waitedMs).toBeGreaterThan(2_900);
    await eventually('the pool to have let it go', () => pool.totalCount === 0);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  expect(heard).toEqual([]);
});

test('a connection that lies idle for longer is kept', async () => {
  const pidOf = async () =>
    (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
  const pid = await pidOf();
  await new Promise((resolve) => setTimeout(resolve, 3_200));
  expect(await pidOf()).toBe(pid);
});
