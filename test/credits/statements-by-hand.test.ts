import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createEmptyDatabase, hasSuperuser, type TestDatabase } from '../support/database.js';

// What operators usually type, where there is one ledger and where there are several: the same words do the same.

const ARRANGEMENTS = [1, 4].flatMap((groups) =>
  ['the owner', ...(hasSuperuser ? ['credits_operator'] : [])].map((who) => ({ groups, who })),
);

describe.each(ARRANGEMENTS)('in $groups groups, $who', ({ groups, who }) => {
  let database: TestDatabase;
  let open: OpenCredits;
  let hand: pg.Client;
  let made = 0;
  let userId: string;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    open = await openCredits(database.url, { groups });
    hand = new pg.Client(who === 'the owner' ? database.url : database.superuserUrl);
    await hand.connect();
    if (who !== 'the owner') await hand.query(`SET ROLE ${who}`);
  });
  afterAll(async () => {
    await open.check();
    await hand.end();
    await open.close();
    await database.drop();
  });
  beforeEach(async () => {
    userId = `user ${(made += 1)}`;
    await open.credits.grant({ userId, credits: 10, reason: 'to live on', actor: 'test' });
  });

  const balance = async (of = userId) => (await open.credits.balance(of)).balance;
  const run = async (sql: string) => {
    const { rowCount, rows } = await hand.query<{ user_id: string; balance: string }>(sql);
    return [rowCount, ...rows.map((row) => `${row.user_id}: ${row.balance}`)];
  };
  const insert = (name: string) =>
    `INSERT INTO credits.wallets AS w (user_id, balance) VALUES ('${name}', 5)`;

  test('INSERT … RETURNING opens a wallet and is told so; one that is there is a duplicate', async () => {
    expect(await run(`${insert(`new ${userId}`)} RETURNING user_id, balance`)).toEqual([
      1,
      `new ${userId}: 5`,
    ]);
    await expect(run(insert(userId))).rejects.toMatchObject({ code: '23505', constraint: 'wallets_pkey' });
    expect([await balance(`new ${userId}`), await balance()]).toEqual([5, 10]);
  });

  test.each(['', ' (user_id)'])('INSERT … ON CONFLICT%s DO NOTHING opens what is missing', async (target) => {
    const rows = `VALUES ('${userId}', 5), ('other ${userId}', 5), ('other ${userId}', 6)`;
    const sql = `INSERT INTO credits.wallets (user_id, balance) ${rows} ON CONFLICT${target} DO NOTHING RETURNING user_id, balance`;
    expect(await run(sql)).toEqual([1, `other ${userId}: 5`]);
    expect(await run(sql)).toEqual([0]);
    expect([await balance(), await balance(`other ${userId}`)]).toEqual([10, 5]);
  });

  test('INSERT … SELECT, UPDATE … FROM and UPDATE … RETURNING reach every wallet', async () => {
    const names = [1, 2, 3, 4, 5].map((n) => `${userId} friend ${n}`);
    const friends = `SELECT '${userId} friend ' || n, n FROM generate_series(1, 5) n`;
    expect(await run(`INSERT INTO credits.wallets (user_id, balance) ${friends}`)).toEqual([5]);
    const raise = `UPDATE credits.wallets w SET balance = w.balance + f.n
                     FROM (${friends}) AS f (name, n) WHERE w.user_id = f.name RETURNING w.user_id, w.balance`;
    const [count, ...rows] = await run(raise);
    expect([count, rows.sort()]).toEqual([5, names.map((name, n) => `${name}: ${2 * (n + 1)}`)]);
    expect(await Promise.all(names.map(balance))).toEqual([2, 4, 6, 8, 10]);
  });

  test('INSERT … ON CONFLICT DO UPDATE adds, or says what does, and changes nothing then', async () => {
    const add = (name: string) =>
      `${insert(name)} ON CONFLICT (user_id) DO UPDATE SET balance = w.balance + excluded.balance RETURNING user_id, balance`;
    expect(await run(add(`added ${userId}`))).toEqual([1, `added ${userId}: 5`]);
    if (groups === 1) {
      expect(await run(add(userId))).toEqual([1, `${userId}: 15`]);
      return;
    }
    await expect(run(add(userId))).rejects.toMatchObject({
      code: '0A000',
      hint: 'INSERT … ON CONFLICT DO NOTHING, and then UPDATE … SET balance = balance + … WHERE user_id = …',
    });
    expect(await balance()).toBe(10);
  });

  // Of a view PostgreSQL takes neither: they name the table behind it.
  const table = groups === 1 ? 'credits.wallets' : 'credits.wallets_of_groups';

  test(`MERGE into ${table} opens and adds`, async () => {
    const merge = `MERGE INTO ${table} w USING (VALUES ('${userId}', 5), ('merged ${userId}', 6)) AS v (name, n)
                      ON w.user_id = v.name
                    WHEN MATCHED THEN UPDATE SET balance = w.balance + v.n
                    WHEN NOT MATCHED THEN INSERT (user_id, balance) VALUES (v.name, v.n)`;
    expect(await run(merge)).toEqual([2]);
    expect([await balance(), await balance(`merged ${userId}`)]).toEqual([15, 6]);
  });

  test(`COPY ${table} FROM opens wallets, and COPY (SELECT …) TO has them all`, async () => {
    const into = hand.query(copyFrom(`COPY ${table} (user_id, balance) FROM STDIN (FORMAT csv)`));
    await pipeline(Readable.from([`copied ${userId},7\ncopied too ${userId},8\n`]), into);
    expect(into.rowCount).toBe(2);
    expect([await balance(`copied ${userId}`), await balance(`copied too ${userId}`)]).toEqual([7, 8]);
    const lines: string[] = [];
    const all = `COPY (SELECT user_id, balance FROM credits.wallets) TO STDOUT (FORMAT csv)`;
    for await (const chunk of hand.query(copyTo(all))) lines.push(String(chunk));
    expect(lines.join('')).toContain(`copied ${userId},7\n`);
    if (groups > 1) {
      // An answer without a wallet would look like one.
      await expect(run('COPY credits.wallets TO STDOUT')).rejects.toMatchObject({ code: '42809' });
    }
  });

  test('DELETE is refused', async () => {
    await expect(run(`DELETE FROM credits.wallets WHERE user_id = '${userId}'`)).rejects.toMatchObject({
      code: '42501',
    });
    expect(await balance()).toBe(10);
  });

  test('leaves no row outside of the ledgers', async () => {
    if (groups === 1) return;
    const { rows } = await hand.query('SELECT FROM ONLY credits.wallets_of_groups');
    expect(rows).toEqual([]);
  });
});
