import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { CreditsService } from '../../src/credits/index.js';
import { GroupCensus } from '../../src/credits/operator/index.js';
import { groupOf } from '../../src/credits/plumbing.js';
import { ADMIN, CLAIMS, json } from '../admin/desk.js';
import { openProduct, upload, type Answer, type Product } from '../app/product.js';
import { until } from '../support/until.js';
import { makeTwoDatabases, userIn, type TwoDatabases } from './two-databases.js';

// The stories of users and operators, over several groups of wallets. What they see is what they see of one.

const PLACES = [
  ['four groups in one database', 4],
  ['eight groups in two databases', 8],
] as const;

describe.each(PLACES)('%s', (_, count) => {
  let two: TwoDatabases | undefined;
  let product: Product;
  /** The database of a user's group. */
  let sqlOf: (userId: string) => pg.Pool;
  const pools: pg.Pool[] = [];

  beforeAll(async () => {
    two = count === 8 ? await makeTwoDatabases() : undefined;
    product = await openProduct(two?.variables ?? { CREDIT_GROUPS: '4' });
    if (two === undefined) sqlOf = () => product.sql;
    else {
      pools.push(...two.databases.map(({ url }) => new pg.Pool({ connectionString: url, max: 2 })));
      sqlOf = (userId) => pools[Math.floor(groupOf(userId, 8) / 4)]!;
    }
  }, 120_000);

  afterAll(async () => {
    const { body } = await admin('integrity');
    for (const pool of pools) await pool.end();
    await product.close();
    await two?.drop();
    delete process.env['DATABASE_GROUPS'];
    delete process.env['CREDIT_GROUPS'];
    expect(body).toMatchObject({ ok: true, differences: [] });
  });

  const users = Array.from({ length: count }, (_, group) => userIn(group, (id) => groupOf(id, count)));
  const admin = (path: string, init?: RequestInit, operator = ADMIN): Promise<Answer> =>
    product.call(operator, `/api/admin/${path}`, init, CLAIMS);
  const walletAt = (userId: string) => `wallets/${encodeURIComponent(userId)}`;
  const give = (userId: string, amount: number, key = randomUUID(), operator = ADMIN) =>
    admin(`${walletAt(userId)}/grants`, json('POST', { amount, reason: 'to live on' }, key), operator);
  const balanceOf = async (userId: string) => (await product.call(userId, '/api/credits')).body.balance;

  test.each(users)('%s pays for what they upload and export, once under a key', async (userId) => {
    expect((await give(userId, 100)).status).toBe(201);
    const form = () =>
      upload(`The book of ${userId}.`, 'a.txt', { 'idempotency-key': `upload of ${userId}` });
    const stored = await product.call(userId, '/api/upload/txt', form());
    expect(stored).toMatchObject({ status: 201, body: { credits: { charged: 3, balance: 97 } } });
    const again = await product.call(userId, '/api/upload/txt', form());
    expect(again.text).toBe(stored.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const made = await product.call(
      userId,
      '/api/export',
      json('POST', { format: 'docx', documentIds: [stored.body.id] }),
    );
    expect(made).toMatchObject({ status: 201, body: { credits: { charged: 15, balance: 82 } } });
    expect((await product.call(userId, made.body.downloadUrl)).status).toBe(200);
    const { body: history } = await product.call(userId, '/api/credits/history');
    expect(history.data.map(({ amount }: { amount: number }) => amount)).toEqual([-15, -3, 100]);
    const { body: hold } = await product.call(userId, `/api/credits/holds/${history.data[0].holdId}`);
    expect(hold).toMatchObject({ state: 'captured', charged: 15 });
    const { body: usage } = await product.call(userId, '/api/credits/usage?groupBy=action');
    expect(usage.data).toHaveLength(2);
    const { rows } = await sqlOf(userId).query('SELECT user_id FROM library.documents WHERE user_id = $1', [
      userId,
    ]);
    expect(rows).toHaveLength(1);
  });

  test('an edit by hand in the schema credits of their database is on every user’s screen', async () => {
    for (const userId of users) {
      const before = await balanceOf(userId);
      const shown = async () => (await product.call(userId, '/api/credits')).body;
      await until(async () => (await shown()).source === 'cache');
      await sqlOf(userId).query('UPDATE credits.wallets SET balance = balance + 5 WHERE user_id = $1', [
        userId,
      ]);
      await until(async () => (await shown()).balance === before + 5, 1_000);
    }
  });

  test.each([
    'UPDATE credits.wallets SET version = version + 1',
    'UPDATE credits.wallets SET balance = 500, version = version + 1',
    'UPDATE credits.wallets_of_groups SET balance = 500, version = version + 1',
    'UPDATE credits.wallets SET held = held + 1, balance = 500',
    'UPDATE credits.wallets SET owed = 5',
    'UPDATE credits.wallets SET due_at = NULL, updated_at = now(), created_at = now()',
    'DELETE FROM credits.wallets',
    'DELETE FROM credits.wallets_of_groups',
  ])('%s is refused, and every row is as before', async (sql) => {
    const state = async () =>
      (await sqlOf(users[0]!).query(`SELECT to_jsonb(w) FROM credits.wallets w ORDER BY user_id`)).rows;
    const before = await state();
    await expect(sqlOf(users[0]!).query(sql)).rejects.toMatchObject({ code: '42501' });
    expect(await state()).toEqual(before);
  });

  test('an operator’s act under a key is done once, whichever groups the two of them are in', async () => {
    for (const [place, userId] of users.entries()) {
      const operator = users.at(-1 - place)!;
      const key = randomUUID();
      const before = await balanceOf(userId);
      const first = await give(userId, 7, key, operator);
      expect(first.status).toBe(201);
      const again = await give(userId, 7, key, operator);
      expect(again.text).toBe(first.text);
      expect((await give(userId, 8, key, operator)).status).toBe(422);
      expect((await give(users[(place + 1) % count]!, 7, key, operator)).status).toBe(422);
      expect(await balanceOf(userId)).toBe(before + 7);
      const { data } = await product.app.get(CreditsService).history(userId, { kind: 'charge', limit: 1 });
      const refund = json('POST', { amount: 1, reason: 'too dear' }, randomUUID());
      const refunded = await admin(`entries/${data[0]!.id}/refund`, refund, operator);
      expect(refunded).toMatchObject({ status: 201, body: { wallet: { userId, balance: before + 8 } } });
    }
  });

  test('an act whose answer could not be recorded is not done again', async () => {
    const [userId, operator] = [users[0]!, users.at(-1)!];
    const key = randomUUID();
    const before = await balanceOf(userId);
    await give(userId, 7, key, operator);
    const schema = `credits_${String(count - 1).padStart(4, '0')}`;
    await sqlOf(operator).query(`DELETE FROM ${schema}.answers WHERE user_id = $1`, [operator]);
    expect(await give(userId, 7, key, operator)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_key_spent' },
    });
    expect(await balanceOf(userId)).toBe(before + 7);
  });

  test('the wallets of all groups are listed in one order, page by page', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `${n % 3 ? 'Reader' : 'reader'}-${n}-é`);
    await Promise.all(names.map((name) => give(name, 1)));
    const listed: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await admin(`wallets?query=READER&limit=7${cursor && `&cursor=${cursor}`}`);
      listed.push(...body.data.map(({ userId }: { userId: string }) => userId));
      cursor = body.nextCursor;
    }
    const folded = (name: string) => Buffer.from(name.toLowerCase() + '\0' + name).toString('latin1');
    expect(listed).toEqual(names.sort((a, b) => (folded(a) < folded(b) ? -1 : 1)));
  });

  test('a gift comes to every wallet of every group, once', async () => {
    const key = randomUUID();
    const { body: all } = await admin('wallets?limit=200');
    const ask = json('POST', { key, amount: 2, reason: 'a happy new year' }, randomUUID());
    const asked = await admin('gifts', ask, users.at(-1));
    expect(asked).toMatchObject({ status: 202, body: { state: 'running', wallets: all.data.length } });
    expect((await admin('gifts', ask, users.at(-1))).text).toBe(asked.text);
    await until(async () => (await admin(`gifts/${key}`)).body.state === 'done', 20_000);
    const { body: report } = await admin(`gifts/${key}`);
    expect(report).toMatchObject({ wallets: all.data.length, done: all.data.length, refused: 0 });
    for (const userId of users) {
      const { data } = await product.app.get(CreditsService).history(userId, { kind: 'grant' });
      expect(data.filter(({ reason }) => reason === 'a happy new year')).toHaveLength(1);
    }
  });

  test('an allowance is poured and ended in its group', async () => {
    for (const userId of users) {
      const ask = json('POST', { plan: 'basic', credits: 30, reason: 'by contract' }, randomUUID());
      const { status, body } = await admin(`${walletAt(userId)}/allowances`, ask);
      expect(status).toBe(201);
      await product.app.get(CreditsService).endAllowance({ id: body.allowance.id });
      const { body: file } = await admin(walletAt(userId));
      expect(file.allowances).toMatchObject([{ plan: 'basic', nextAt: null }]);
    }
  });

  test('an erasure takes what a person has, and their name wherever they acted', async () => {
    const [person, other] = [userIn(0, (id) => groupOf(id, count), 'person'), users.at(-1)!];
    await give(person, 50);
    await product.call(person, '/api/upload/txt', upload('A letter.'));
    await give(other, 3, randomUUID(), person);
    const erased = await admin(`${walletAt(person)}/person`, json('DELETE', { reason: 'asked for it' }));
    expect(erased).toMatchObject({ status: 200, body: { deleted: { documents: 1 } } });
    for (const sql of two === undefined ? [product.sql] : pools) {
      const { rows } = await sql.query<{ n: string }>(
        'SELECT count(*) AS n FROM credits.entries WHERE user_id = $1 OR actor = $1',
        [person],
      );
      expect(rows).toEqual([{ n: '0' }]);
    }
    const { data } = await product.app.get(CreditsService).history(other, { kind: 'grant', limit: 1 });
    expect(data[0]!.actor).toBe(erased.body.pseudonym);
    expect(groupOf(erased.body.pseudonym, count)).toBe(0);
  });

  test('the census counts what is in each', async () => {
    const groups = await product.app.get(GroupCensus).take();
    expect(groups).toHaveLength(count);
    const { body } = await admin('wallets?limit=200');
    const sum = groups.reduce((wallets, group) => wallets + group.wallets!, 0);
    expect(sum).toBe(body.data.length);
    expect(groups.every(({ answers, wallets, balance }) => answers && wallets! > 0 && balance! > 0)).toBe(
      true,
    );
  });
});
