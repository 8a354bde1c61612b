import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { loadEnvironment } from '../../src/config/environment.js';
import { DatabaseServers } from '../../src/database/database-servers.js';
import { checkServer } from '../../src/database/server-check.js';
import { waitForDatabase } from '../../src/database/wait-for-database.js';
import { makeOwnServer, type OwnServer } from './own-server.js';
import { eventually, sql } from './processes.js';

let server: OwnServer;
const folder = mkdtempSync(join(tmpdir(), 'creditgate-check-'));

beforeAll(async () => {
  server = await makeOwnServer();
  await server.start();
});

afterAll(async () => {
  await server.stop();
  server.remove();
  rmSync(folder, { recursive: true, force: true });
});

const SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'];

async function set(setting: string, value: string): Promise<void> {
  await sql(server.url, `ALTER SYSTEM SET ${setting} = ${value}`);
  await sql(server.url, 'SELECT pg_reload_conf()');
  await eventually(`${setting} to be ${value}`, async () => {
    const [row] = await sql(server.url, `SELECT current_setting('${setting}') AS value`);
    return row?.value === value;
  });
}

const silent = { onProgress: () => undefined };

/** What the whole start makes of the server. */
async function start(): Promise<DatabaseServers> {
  return DatabaseServers.start(loadEnvironment({ DATABASE_URL: server.url, DATA_DIR: folder }), []);
}

describe('the start', () => {
  test('takes a safe server', async () => {
    expect((await start()).first.connection.connectionString).toBe(server.url);
  });

  test.each(SETTINGS)('refuses a server with %s off, with exit code 78 and one line', async (setting) => {
    await set(setting, 'off');
    await expect(start()).rejects.toMatchObject({
      exitCode: 78,
      message: `Database refused: ${setting} is off, so a crash could lose confirmed credits`,
    });
    await set(setting, 'on');
  });

  test('names everything that is wrong at once', async () => {
    for (const setting of SETTINGS) await set(setting, 'off');
    await expect(start()).rejects.toThrow(
      /^Database refused: fsync .*; full_page_writes .*; synchronous_commit /,
    );
    for (const setting of SETTINGS) await set(setting, 'on');
  });

  test('refuses commits that wait for no standby', async () => {
    await set('synchronous_commit', 'local');
    await expect(start()).rejects.toMatchObject({
      exitCode: 78,
      message: 'Database refused: synchronous_commit is local, so a failover could lose confirmed credits',
    });
    await set('synchronous_commit', 'on');
  });

  test('refuses a server that takes no writes', async () => {
    await set('default_transaction_read_only', 'on');
    await expect(start()).rejects.toMatchObject({
      exitCode: 78,
      message: 'Database refused: default_transaction_read_only is on, so nothing can be written',
    });
    await set('default_transaction_read_only', 'off');
  });

  test('refuses a role for which synchronous_commit is off on a server for which it is on', async () => {
    await sql(server.url, 'ALTER ROLE postgres SET synchronous_commit = off');
    await expect(start()).rejects.toThrow('synchronous_commit is off');
    await sql(server.url, 'ALTER ROLE postgres RESET synchronous_commit');
  });

  test.each([
    ['DateStyle', 'SQL, DMY', 'ISO'],
    ['standard_conforming_strings', 'off', 'on'],
    ['default_transaction_isolation', 'serializable', 'read committed'],
    ['session_replication_role', 'replica', 'origin'],
  ])('refuses a role for which %s is %s', async (setting, value, wanted) => {
    await sql(server.url, `ALTER ROLE postgres SET ${setting} = '${value}'`);
    const refusal = await start().catch((error: unknown) => error);
    await sql(server.url, `ALTER ROLE postgres RESET ${setting}`);
    expect(refusal).toMatchObject({
      exitCode: 78,
      message: `Database refused: ${setting} is ${value} and has to be ${wanted}`,
    });
  });

  test("refuses a role that finds other functions where it means PostgreSQL's", async () => {
    await sql(server.url, 'CREATE SCHEMA odd');
    await sql(
      server.url,
      "CREATE FUNCTION odd.current_setting(text) RETURNS text LANGUAGE sql AS $$SELECT 'odd'$$",
    );
    await sql(server.url, 'ALTER ROLE postgres SET search_path = odd, pg_catalog');
    const refusal = await start().catch((error: unknown) => error);
    await sql(server.url, 'ALTER ROLE postgres RESET search_path');
    expect(refusal).toMatchObject({
      exitCode: 78,
      message:
        "Database refused: search_path has odd before pg_catalog, and its functions in place of PostgreSQL's",
    });
  });

  test('refuses a database whose text is not UTF-8', async () => {
    await sql(
      server.url,
      "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'",
    );
    const url = new URL(server.url);
    url.pathname = '/latin';
    await expect(
      DatabaseServers.start(loadEnvironment({ DATABASE_URL: url.href, DATA_DIR: folder }), []),
    ).rejects.toMatchObject({
      exitCode: 78,
      message: 'Database refused: server_encoding is LATIN1 and has to be UTF8',
    });
  });

  test('runs no migration on a server it refuses', async () => {
    await set('fsync', 'off');
    let migrated = false;
    const migration = async () => void (migrated = true);
    await expect(
      DatabaseServers.start(loadEnvironment({ DATABASE_URL: server.url, DATA_DIR: folder }), [migration]),
    ).rejects.toThrow();
    expect(migrated).toBe(false);
    await set('fsync', 'on');
  });

  test('refuses a standby', async () => {
    await server.stop();
    server.makeStandby();
    await server.start();
    await expect(start()).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining('standby'),
    });
    await sql(server.url, 'SELECT pg_promote()');
    await expect(start()).resolves.toBeDefined();
  });

  test('refuses PostgreSQL 14 (an answer made up: there is no such server here)', async () => {
    const facts = {
      version: 14,
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      standby: false,
    };
    const client = { query: async () => ({ rows: [facts] }) } as unknown as Client;
    await expect(checkServer(client, () => undefined)).rejects.toThrow(
      'PostgreSQL 15 or later is needed, this is 14',
    );
  });
});

describe('a database that does not answer', () => {
  test('is waited for, and told about', async () => {
    await server.stop();
    const lines: string[] = [];
    const waiting = waitForDatabase(
      { connectionString: server.url },
      { onProgress: (line) => void lines.push(line) },
    );
    await eventually('progress', () => lines.length > 0);
    await server.start();
    await (await waiting).end();
    expect(lines).toEqual(['Waiting for the database at DATABASE_URL: ECONNREFUSED']);
  });

  test('is unavailable (69) in the end', async () => {
    const url = 'postgresql://u:hunter2@127.0.0.1:1/d';
    const error = await waitForDatabase({ connectionString: url }, { ...silent, waitMs: 300 }).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({
      exitCode: 69,
      message: 'The database at DATABASE_URL did not answer within 0.3 s: ECONNREFUSED',
    });
  });

  test.each([
    ['a wrong password', (url: URL) => (url.password = 'hunter2'), 'wrong user name or password'],
    ['no password', (url: URL) => (url.password = ''), 'SASL'],
    ['an unknown user', (url: URL) => (url.username = 'nobody_at_all'), 'wrong user name or password'],
    ['an unknown database', (url: URL) => (url.pathname = '/nowhere'), 'there is no such database'],
    ['TLS it does not speak', (url: URL) => (url.search = '?ssl=true'), 'does not support SSL'],
    ['a file that is not there', (url: URL) => (url.search = '?sslrootcert=/no/ca.pem'), '/no/ca.pem'],
    ['a file that is a folder', (url: URL) => (url.search = '?sslrootcert=/'), 'EISDIR'],
    [
      'a CA that is wanted',
      (url: URL) => (url.search = '?sslmode=verify-ca&uselibpqcompat=true'),
      'sslrootcert',
    ],
  ])('because of %s is a configuration to change (78), at once', async (_, spoil, reason) => {
    const url = new URL(server.url);
    spoil(url);
    const startedAt = Date.now();
    const error = (await waitForDatabase({ connectionString: url.href }, silent).catch(
      (e: unknown) => e,
    )) as Error;
    expect(error).toMatchObject({ exitCode: 78, message: expect.stringContaining(reason) });
    expect(error.message).not.toContain('hunter2');
    expect(Date.now() - startedAt).toBeLessThan(5000);
  });
});
