import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServer, type AddressInfo, type Server } from 'node:net';
import pg from 'pg';
import { outlastStandstill } from '../../src/credits/ledger/standstill.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let silent: Server;
let calls = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  silent = createServer(() => (calls += 1));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  silent.close();
  await database.drop();
});

function poolTo(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, connectionTimeoutMillis: 600, max: 1 });
  outlastStandstill(pool);
  return pool;
}

/** As a process does that loads code, or is denied the processor. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('a connection is made although the process stood still while its time ran out', async () => {
  const pool = poolTo(database.url);
  const answer = pool.query('SELECT 1 AS one');
  await new Promise(setImmediate);
  standStill(700);
  expect((await answer).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

test('a server that does not answer is given up in its time, and asked once', async () => {
  const { port } = silent.address() as AddressInfo;
  const pool = poolTo(`postgresql://nobody@127.0.0.1:${port}/none`);
  const askedAtMs = performance.now();
  await expect(pool.query('SELECT 1')).rejects.toThrow('due to connection timeout');
  expect(performance.now() - askedAtMs).toBeLessThan(1_100);
  expect(calls).toBe(1);
  await pool.end();
});
