import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, failureOf } from '../../src/cli/sql/answer.js';
import { isComplete } from '../../src/cli/sql/statement.js';
import { environmentOf, startProgram } from '../admin/child.js';
import { clientOnOwnDatabase } from '../support/own-database.js';
import { until } from '../support/until.js';

jest.setTimeout(60_000);

const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-sql-'));
const [client, database] = await clientOnOwnDatabase();

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function sql(input: string, ...args: string[]) {
  const env = environmentOf({ databaseUrl: database.url, dataDir });
  return startProgram('cli/sql.js', env, args, input).result;
}

test('a table is aligned, numbers to the right, and tells NULL from a text', async () => {
  const answer = await answerOf(
    client,
    `SELECT * FROM (VALUES (1, 'a', NULL), (9007199254740993, 'long', '')) v (n, text, nothing)`,
  );
  expect(answer.split('\n')).toEqual([
    '               n | text | nothing',
    '-----------------+------+--------',
    '               1 | a    | NULL',
    '9007199254740993 | long |',
    '(2 rows)',
    '',
  ]);
});

test('several statements have several answers, those without rows their number', async () => {
  const answer = await answerOf(
    client,
    `CREATE TEMP TABLE t AS SELECT 1 AS id; UPDATE t SET id = 2; SELECT id, id FROM t; DROP TABLE t`,
  );
  expect(answer.split('\n\n')).toEqual([
    'SELECT 1',
    'UPDATE 1',
    'id | id\n---+---\n 2 |  2\n(1 row)',
    'DROP\n',
  ]);
});

test('a value that would move the cursor of a terminal is shown and not obeyed', async () => {
  const answer = await answerOf(client, `SELECT E'\\x1b[2J' || chr(8238) || E'\\n' AS "a\x1b"`);
  expect(answer).toContain('\\x1b[2J\\x202e\\x0a');
  // eslint-disable-next-line no-control-regex
  expect(answer).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
});

test('a refusal says what the server says', async () => {
  const failure = await answerOf(client, 'DELETE FROM credits.wallets').catch(failureOf);
  expect(failure).toMatch(
    /^ERROR: credits.wallets is written by the ledger only: DELETE refused \(42501\)\nHINT: /,
  );
});

test.each([
  ['SELECT 1;', true],
  ['SELECT 1;  -- done', true],
  ['SELECT 1', false],
  [`SELECT ';`, false],
  [`SELECT ';';`, true],
  [`SELECT 'it''s;`, false],
  [`SELECT E'\\';`, false],
  [`SELECT "a;`, false],
  ['SELECT 1 -- not yet;', false],
  ['SELECT 1 /* not yet;', false],
  ['DO $$ BEGIN;', false],
  ['DO $x$ $$; $x$;', true],
])('%j is complete: %p', (statement, complete) => {
  expect(isComplete(`${statement}\n`)).toBe(complete);
});

describe('npm run sql', () => {
  test('runs its one argument, on the tables as they are', async () => {
    const statement = `INSERT INTO credits.wallets (user_id, balance) VALUES ('ann', 5) RETURNING user_id, balance`;
    expect(await sql('', statement)).toEqual({
      code: 0,
      err: '',
      out: 'user_id | balance\n--------+--------\nann     |       5\n(1 row)\n',
    });
  });

  test('runs what comes through a pipe, and stops at what fails', async () => {
    expect(await sql('SELECT\n1 AS one;\nSELECT 2 AS two')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/one[^]*two/),
    });
    const failed = await sql('SELECT nothing;\nSELECT 1 AS one;\n');
    expect(failed).toMatchObject({ code: 1, out: '', err: expect.stringContaining('42703') });
  });

  test('says in one line what is wrong with its arguments or its settings', async () => {
    expect(await sql('', 'SELECT', '1')).toMatchObject({
      code: 64,
      out: '',
      err: expect.stringMatching(/^.+\n$/),
    });
    const env = { ...environmentOf({ databaseUrl: 'nonsense', dataDir }) };
    expect(await startProgram('cli/sql.js', env, ['SELECT 1']).result).toMatchObject({ code: 78 });
  });
});

describe('npm run open', () => {
  const open = (variables: Record<string, string>, ...args: string[]) => {
    const { AUTH_JWT_SECRET: _, ...env } = environmentOf({ databaseUrl: database.url, dataDir });
    return startProgram('cli/open.js', { ...env, AUTH_MODE: 'embedded', ...variables }, args).result;
  };
  const claimsOf = (address: string) =>
    JSON.parse(Buffer.from(address.split('#token=')[1]!.split('.')[1]!, 'base64url').toString());

  test('prints the address of the page, signed in as demo or whoever is asked for', async () => {
    const { code, out, err } = await open({ PORT: '4000' });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:4000\/#token=\S+\n$/);
    expect(claimsOf(out)).toMatchObject({ sub: 'demo' });
    const other = await open({ PORT: '4000', HOST: '::1' }, '--user', 'alice', '--admin');
    expect(other.out).toMatch(/^http:\/\/\[::1\]:4000\//);
    expect(claimsOf(other.out)).toMatchObject({ sub: 'alice', app_metadata: { role: 'admin' } });
    expect((await open({ PORT: '4000', HOST: '0.0.0.0' })).out).toMatch(/^http:\/\/127\.0\.0\.1:4000\//);
  });

  test('finds the server that was started with another port, unless one is named', async () => {
    const env = environmentOf({ databaseUrl: database.url, dataDir });
    const { AUTH_JWT_SECRET: _, ...others } = env;
    const server = startProgram('main.js', { ...others, AUTH_MODE: 'embedded' });
    const file = join(dataDir, 'address');
    await until(() => existsSync(file), 50_000);
    const url = readFileSync(file, 'utf8').trim();
    expect((await fetch(`${url}health/live`)).status).toBe(200);
    expect((await open({ PORT: '' })).out).toMatch(new RegExp(`^${url}#token=`));
    expect((await open({ PORT: '4000' })).out).toMatch(/^http:\/\/127\.0\.0\.1:4000\//);
    server.child.kill('SIGTERM');
    await server.result;
    rmSync(file);
  });

  test.each([
    [{ PORT: '4000' }, ['--who'], 64, /Usage: npm run open/],
    [{ PORT: '4000' }, ['--user', ''], 64, /--user/],
    [{ PORT: '0' }, [], 78, /PORT/],
    [{ PORT: '4000', AUTH_MODE: 'hs256', AUTH_JWT_SECRET: 'x'.repeat(32) }, [], 78, /AUTH_MODE/],
  ])('refuses %j %j in one line', async (variables, args, exitCode, why) => {
    const { code, out, err } = await open(variables, ...args);
    expect([code, out, err.trim().split('\n').length]).toEqual([exitCode, '', 1]);
    expect(err).toMatch(why);
  });
});
