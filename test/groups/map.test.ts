import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { loadEnvironment } from '../../src/config/environment.js';
import { startErrorOf } from '../../src/database/start-error-of.js';
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
    ['0-2=postgresql://a/d', 'missing: 3'],
    ['0=postgresql://a/d', 'missing: 1-3'],
    ['0-3=postgresql://a/d 3=postgresql://b/d', 'more than once: 3'],
    ['0-4=postgresql://a/d', 'entry 1 (0-4) goes beyond the last group, which is 3'],
    ['0-1=postgresql://a/d 4-7=postgresql://b/d', 'entry 2 (4-7) goes beyond the last group, which is 3'],
    ['3-0=postgresql://a/d', 'entry 1 (3-0) counts backwards'],
    [
      '0-1=postgresql://a/d 2-3=http://b/d',
      'entry 2 (2-3) must be at a postgresql:// address: it does not begin with postgresql://',
    ],
    [
      '0-1=postgresql://a/d 2-3=postgresql://u:secret@b:54x/d',
      'entry 2 (2-3) must be at a postgresql:// address: its host or port is none',
    ],
    ['0-3', 'entry 1 does not begin with its groups, as in 4-7='],
    ['0-3=postgresql://u:se cret@a/d', 'entry 2 does not begin with its groups'],
    ['0-3=postgresql://a/d,4=postgresql://b/d 4=x', 'entry 2 (4) goes beyond the last group'],
  ])('%s is refused, and what is wrong with it named, but never an address', (map, fault) => {
    const line = refusal({ CREDIT_GROUPS: '4', DATABASE_GROUPS: map });
    expect(line).toContain('DATABASE_GROUPS must name every group from 0 to 3 (CREDIT_GROUPS is 4) once');
    expect(line).toContain(fault);
    expect(line).not.toMatch(/postgresql:\/\/[abu]|cret|54x/);
  });

  test('without poolers has the same servers', () => {
    const DATABASE_GROUPS = '0-1=postgresql://a/d 2-3=postgresql://b/d';
    const direct = (map: string) => ({ CREDIT_GROUPS: '4', DATABASE_GROUPS, DATABASE_DIRECT_GROUPS: map });
    expect(refusal(direct('0-2=postgresql://c/d 3=postgresql://e/d'))).toContain(
      'DATABASE_DIRECT_GROUPS must have one server for each of DATABASE_GROUPS: it has several for the groups 2-3',
    );
    expect(refusal(direct('0-3=postgresql://c/d 0=postgresql://e/d'))).toContain(
      'DATABASE_DIRECT_GROUPS must',
    );
    expect(refusal({ CREDIT_GROUPS: '4', DATABASE_DIRECT_GROUPS: DATABASE_GROUPS })).toContain(
      'DATABASE_DIRECT_GROUPS must',
    );
    const { places } = loadEnvironment(direct('2-3=postgresql://f/d 0-1=postgresql://e/d'));
    expect(places).toMatchObject([
      { groups: [0, 1], url: 'postgresql://a/d', directUrl: 'postgresql://e/d' },
      { groups: [2, 3], url: 'postgresql://b/d', directUrl: 'postgresql://f/d' },
    ]);
  });

  test('is told from an address that is alone', () => {
    expect(refusal({ DATABASE_DIRECT_URL: 'postgresql://a/d' })).toContain(
      'DATABASE_DIRECT_URL must come with DATABASE_URL',
    );
    const [place] = loadEnvironment({
      DATABASE_URL: 'postgresql://pool/d',
      DATABASE_DIRECT_URL: 'postgresql://a/d',
    }).places;
    expect(place).toMatchObject({ url: 'postgresql://pool/d', directUrl: 'postgresql://a/d' });
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

  test.each<[string, (url: URL) => void, number, string]>([
    ['password', (url) => (url.password = 'hunter2'), 78, 'wrong user name or password'],
    ['database', (url) => (url.pathname = '/hunter2'), 78, 'there is no such database'],
    ['port', (url) => (url.port = '1'), 69, 'ECONNREFUSED'],
    ['host', (url) => (url.hostname = 'hunter2.invalid'), 69, 'ENOTFOUND|EAI_AGAIN'],
  ])('with a slip in a %s: its entry is named', async (_, spoil, code, reason) => {
    const spoiled = new URL(two.url);
    spoil(spoiled);
    const { message, exitCode } = (await refused(placed(one.url, spoiled.href)))!;
    expect(exitCode).toBe(code);
    expect(message).toMatch(new RegExp(`DATABASE_GROUPS \\(groups 2-3\\) (was|did not).*(${reason})`));
    expect(message).not.toMatch(/hunter2|\n/);
  });

  test.each([
    ['DATABASE_URL', { DATABASE_DIRECT_URL: 'good', DATABASE_URL: 'spoiled' }],
    ['DATABASE_DIRECT_URL', { DATABASE_DIRECT_URL: 'spoiled', DATABASE_URL: 'good' }],
  ])('on one server, a wrong password in %s is told so', async (name, which) => {
    const spoiled = new URL(one.url);
    spoiled.password = 'hunter2';
    const urls = Object.entries(which).map(([key, of]) => [key, of === 'good' ? one.url : spoiled.href]);
    expect(await refused(Object.fromEntries(urls))).toMatchObject({
      exitCode: 78,
      message: `${name} was refused by the server: wrong user name or password`,
    });
  });

  test('on a server that is refused: its groups are named', async () => {
    const settings = new URL(two.url);
    settings.searchParams.set('options', '-c default_transaction_isolation=serializable');
    expect(await refused(placed(one.url, settings.href))).toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(
        /^DATABASE_GROUPS \(groups 2-3\): Database refused: default_transaction_iso/,
      ),
    });
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
