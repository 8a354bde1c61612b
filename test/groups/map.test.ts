import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { loadEnvironment } from '../../src/config/environment.js';
import { startErrorOf } from '../../src/config/start-error.js';
import { DatabaseServers } from '../../src/database/database-servers.js';
import { MIGRATIONS } from '../../src/migrations.js';
import { refusal } from '../config/refusal.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

// The number of groups is fixed, each is where the map says, and none is made twice: a user whose group is made anew
// would be greeted like a stranger.

let one: TestDatabase;
let two: TestDatabase;

function withTwoDatabases(): void {
  beforeEach(async () => {
    [one, two] = await Promise.all([createEmptyDatabase(), createEmptyDatabase()]);
  });
  afterEach(() => Promise.all([one.drop(), two.drop()]));
}

const NOWHERE = 'postgresql://nobody@127.0.0.1:1/none';

async function start(variables: Record<string, string>, needsAll = false): Promise<void> {
  const servers = await DatabaseServers.start(loadEnvironment(variables), MIGRATIONS, {
    needsAll,
    waitMs: 5_000,
  });
  await servers.onApplicationShutdown();
}

const refused = (variables: Record<string, string>) =>
  start(variables).then(
    () => undefined,
    (error: unknown) => startErrorOf(error),
  );

const placed = (first: string, second: string) => ({
  CREDIT_GROUPS: '4',
  DATABASE_GROUPS: `0-1=${first} 2-3=${second}`,
});

async function schemasOf({ url }: TestDatabase): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^(credits|library|payments)' ORDER BY 1`,
  );
  await client.end();
  return rows.map(({ name }) => name);
}

describe('the number of groups', () => {
  test.each(['0', '3', '12', '2048', 'four', '-1'])('is not %s', (count) =>
    expect(refusal({ CREDIT_GROUPS: count })).toContain('CREDIT_GROUPS must be a power of two'),
  );
});

describe('the number of groups that were made', () => {
  withTwoDatabases();

  test.each([
    ['1', '4'],
    ['2', '4'],
    ['4', '2'],
    ['2', '1'],
  ])('%s is never %s', async (first, later) => {
    await start({ DATABASE_URL: one.url, CREDIT_GROUPS: first });
    const before = await schemasOf(one);
    const { message, exitCode } = (await refused({ DATABASE_URL: one.url, CREDIT_GROUPS: later }))!;
    expect({ exitCode, isOneLine: !message.includes('\n') }).toEqual({ exitCode: 78, isOneLine: true });
    expect(message).toContain(`CREDIT_GROUPS must be ${first}`);
    expect(await schemasOf(one)).toEqual(before);
    await start({ DATABASE_URL: one.url, CREDIT_GROUPS: first });
  });
});

describe('a map', () => {
  test.each([
    ['0-2=postgresql://a/d', 'DATABASE_GROUPS'],
    ['0-3=postgresql://a/d 3=postgresql://b/d', 'DATABASE_GROUPS'],
    ['0-4=postgresql://a/d', 'DATABASE_GROUPS'],
    ['3-0=postgresql://a/d', 'DATABASE_GROUPS'],
    ['0-3=http://a/d', 'DATABASE_GROUPS'],
    ['0-3', 'DATABASE_GROUPS'],
    ['0-3=postgresql://a/d,4=postgresql://b/d 4=x', 'DATABASE_GROUPS'],
  ])('%s is refused, and %s named', (map, variable) => {
    expect(refusal({ CREDIT_GROUPS: '4', DATABASE_GROUPS: map })).toContain(`${variable} must`);
    expect(refusal({ CREDIT_GROUPS: '4', DATABASE_GROUPS: map })).not.toContain('postgresql://a');
  });

  test('without poolers has the same servers', () => {
    const DATABASE_GROUPS = '0-1=postgresql://a/d 2-3=postgresql://b/d';
    const direct = (map: string) => ({ CREDIT_GROUPS: '4', DATABASE_GROUPS, DATABASE_DIRECT_GROUPS: map });
    expect(refusal(direct('0-2=postgresql://c/d 3=postgresql://e/d'))).toContain(
      'DATABASE_DIRECT_GROUPS must',
    );
    expect(refusal(direct('0-3=postgresql://c/d 0=postgresql://e/d'))).toContain(
      'DATABASE_DIRECT_GROUPS must',
    );
    expect(refusal({ CREDIT_GROUPS: '4', DATABASE_DIRECT_GROUPS: DATABASE_GROUPS })).toContain(
      'DATABASE_DIRECT_GROUPS must',
    );
    const { places } = loadEnvironment(direct('2-3=postgresql://f/d 0-1=postgresql://e/d'));
    expect(places).toEqual([
      { groups: [0, 1], url: 'postgresql://a/d', directUrl: 'postgresql://e/d' },
      { groups: [2, 3], url: 'postgresql://b/d', directUrl: 'postgresql://f/d' },
    ]);
  });

  test('of a server named twice is one server', () => {
    const { places } = loadEnvironment({
      CREDIT_GROUPS: '4',
      DATABASE_GROUPS: '0=postgresql://a/d 1-2=postgresql://b/d 3=postgresql://a/d',
    });
    expect(places.map(({ groups }) => groups)).toEqual([
      [0, 3],
      [1, 2],
    ]);
  });
});

describe('a map of groups that are made', () => {
  withTwoDatabases();

  test('puts each group where it says, with everything that commits with its charges', async () => {
    await start(placed(one.url, two.url));
    const home = ['library', 'payments'];
    const groups = (numbers: number[]) => numbers.map((n) => `credits_000${n}`);
    expect(await schemasOf(one)).toEqual(['credits', ...groups([0, 1]), ...home]);
    expect(await schemasOf(two)).toEqual(['credits', ...groups([2, 3]), ...home]);
  });

  test('that is turned round is refused, and nothing is made', async () => {
    await start(placed(one.url, two.url));
    const before = [await schemasOf(one), await schemasOf(two)];
    expect(await refused(placed(two.url, one.url))).toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(
        /^DATABASE_GROUPS \(groups (0-1|2-3)\) must name the database that has the groups \1/,
      ),
    });
    expect([await schemasOf(one), await schemasOf(two)]).toEqual(before);
  });

  test('that names an empty database for groups that were made is refused', async () => {
    await start(placed(one.url, two.url));
    const empty = await createEmptyDatabase();
    expect(await refused(placed(one.url, empty.url))).toMatchObject({ exitCode: 78 });
    expect(await schemasOf(empty)).toEqual([]);
    await empty.drop();
  });

  test('that names one server for groups that were made on two is refused, and nothing is made', async () => {
    await start(placed(one.url, two.url));
    const before = await schemasOf(one);
    const forgotten = { CREDIT_GROUPS: '4', DATABASE_URL: one.url };
    expect(await refused(forgotten)).toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/^DATABASE_URL must name the database that has the groups 2-3/),
    });
    expect(await schemasOf(one)).toEqual(before);
  });

  test('for more groups than were made is refused by their number', async () => {
    await start(placed(one.url, two.url));
    const more = { CREDIT_GROUPS: '8', DATABASE_GROUPS: `0-3=${one.url} 4-7=${two.url}` };
    expect(await refused(more)).toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/^CREDIT_GROUPS must be 4/),
    });
  });

  test('that names one database in two ways is refused, and nothing is made', async () => {
    const other = new URL(one.url);
    other.searchParams.set('application_name', 'other');
    expect(await refused(placed(one.url, other.href))).toMatchObject({
      exitCode: 78,
      message: 'DATABASE_GROUPS must name each database in one way: the groups 0-1 and 2-3 are in the same',
    });
    expect(await schemasOf(one)).toEqual([]);
  });

  test('whose groups are made needs every server, and afterwards one; to migrate, every one again', async () => {
    const half = placed(one.url, NOWHERE);
    expect(await refused(half)).toMatchObject({ exitCode: 69 });
    expect(await schemasOf(one)).toEqual([]);
    await start(placed(one.url, two.url));
    await start(half);
    await expect(start(half, true)).rejects.toMatchObject({ exitCode: 69 });
  });

  test('is made to the end where the first start was cut short', async () => {
    const client = new pg.Client(one.url);
    await client.connect();
    for (const migration of MIGRATIONS) {
      await migration(client, { onProgress: () => undefined, placement: { count: 4, here: [0, 1] } });
    }
    await client.end();
    await start(placed(one.url, two.url));
    expect(await schemasOf(two)).toHaveLength(5);
  });
});
