import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { groupOf, groupOfId } from '../../src/credits/ledger/wallet-hash.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createEmptyDatabase, hasSuperuser, type TestDatabase } from '../support/database.js';

// CreditsService over four groups of wallets in one database: what it answers, and what operators see and do there.

const GROUPS = 4;

let database: TestDatabase;
let open: OpenCredits;
let operator: pg.Client;

beforeAll(async () => {
  database = await createEmptyDatabase();
  open = await openCredits(database.url, { groups: GROUPS });
  operator = new pg.Client({ connectionString: database.url });
  await operator.connect();
});

afterAll(async () => {
  await operator.end();
  await open.close();
  await database.drop();
});

const users = Array.from({ length: 24 }, (_, n) => `user ${n}`);
const given = { reason: 'to live on', actor: 'test' };

async function balanceOf(userId: string): Promise<number> {
  return (await open.credits.balance(userId)).balance;
}

describe('a user of any group', () => {
  test.each(users)('%s holds, captures, is refunded and finds it all in the history', async (userId) => {
    const { credits } = open;
    await credits.grant({ userId, credits: 50, ...given });
    const hold = await credits.hold({ userId, action: 'premium_export' });
    const { entryId } = await credits.capture({ holdId: hold.id });
    await credits.charge({ userId, action: 'docx_processing', idempotencyKey: 'once only' });
    const again = await credits.charge({ userId, action: 'docx_processing', idempotencyKey: 'once only' });
    expect(again).toMatchObject({ replayed: true, balance: 30 });
    await credits.refund({ entryId, ...given });
    const { data } = await credits.history(userId);
    expect(data.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['refund', 15],
      ['charge', -5],
      ['charge', -15],
      ['grant', 50],
    ]);
    for (const { id } of data) expect(groupOfId(id, GROUPS)).toBe(groupOf(userId, GROUPS));
    expect(await credits.entry(entryId)).toMatchObject({ userId, refunded: 15 });
    await expect(credits.charge({ userId, action: 'premium_export', units: 4 })).rejects.toMatchObject({
      code: 'insufficient_credits',
    });
    expect(await balanceOf(userId)).toBe(45);
  });

  test('is in the schema of their group and in no other, and the books agree', async () => {
    for (let group = 0; group < GROUPS; group += 1) {
      const { rows } = await operator.query<{ user_id: string }>(
        `SELECT user_id FROM credits_000${group}.wallets ORDER BY user_id`,
      );
      const expected = users.filter((user) => groupOf(user, GROUPS) === group).sort();
      expect(rows.map(({ user_id }) => user_id)).toEqual(expected);
    }
    await open.check();
  });
});

describe('an operator at the schema credits', () => {
  test('reads the wallets, entries, holds and grants of every group', async () => {
    const count = async (what: string) => {
      const { rows } = await operator.query<{ users: string }>(
        `SELECT count(DISTINCT user_id) AS users FROM credits.${what}`,
      );
      return Number(rows[0]!.users);
    };
    for (const what of ['wallets', 'entries', 'holds', 'grants'])
      expect(await count(what)).toBe(users.length);
  });

  test('edits a balance of any group, which is journaled', async () => {
    for (const userId of users.slice(0, 8)) {
      const before = await balanceOf(userId);
      const { rowCount } = await operator.query(
        'UPDATE credits.wallets SET balance = balance + 100 WHERE user_id = $1',
        [userId],
      );
      expect(rowCount).toBe(1);
      expect(await balanceOf(userId)).toBe(before + 100);
      const { data } = await open.credits.history(userId, { limit: 1 });
      expect(data[0]).toMatchObject({ kind: 'adjustment', amount: 100 });
      expect(data[0]!.actor).toMatch(/^sql:/);
    }
    await open.check();
  });

  test('opens a wallet, which stands in its own group', async () => {
    await operator.query(`INSERT INTO credits.wallets (user_id, balance) VALUES ('by hand', 30)`);
    expect(await balanceOf('by hand')).toBe(30);
    const wrong = (groupOf('by hand too', GROUPS) + 1) % GROUPS;
    await expect(
      operator.query(`INSERT INTO credits_000${wrong}.wallets (user_id, balance) VALUES ('by hand too', 30)`),
    ).rejects.toMatchObject({ constraint: 'wallets_in_their_group' });
    expect(await balanceOf('by hand too')).toBe(0);
    await open.check();
  });

  const opened = { balance: '30', held: '0', version: '1', owed: '0', created_at: expect.any(Date) };

  test('is told what was opened', async () => {
    const { rows } = await operator.query(
      `INSERT INTO credits.wallets (user_id, balance, held) VALUES ('told', 30, 0) RETURNING *`,
    );
    expect(rows).toEqual([expect.objectContaining(opened)]);
  });

  (hasSuperuser ? test : test.skip)('opens one with the rights of credits_operator alone', async () => {
    const login = new pg.Client({ connectionString: database.superuserUrl });
    await login.connect();
    await login.query('SET ROLE credits_operator');
    await login.query(`INSERT INTO credits.wallets (user_id, balance) VALUES ('by an operator', 30)`);
    await login.end();
    expect(await balanceOf('by an operator')).toBe(30);
    await open.check();
  });

  test.each(['held', 'version', 'owed'])('opens none that says its %s', async (column) => {
    await expect(
      operator.query(`INSERT INTO credits.wallets (user_id, balance, ${column}) VALUES ('more', 5, 5)`),
    ).rejects.toMatchObject({ constraint: 'wallets_opened_plain' });
  });

  test.each(['due_at', 'holds_due_at', 'created_at', 'updated_at'])(
    'opens none that says its %s',
    async (column) => {
      await expect(
        operator.query(`INSERT INTO credits.wallets (user_id, balance, ${column}) VALUES ('more', 5, now())`),
      ).rejects.toMatchObject({ constraint: 'wallets_opened_plain' });
    },
  );

  test.each([
    `DELETE FROM credits.wallets WHERE user_id = 'user 0'`,
    `DELETE FROM credits.wallets_of_groups WHERE user_id = 'user 0'`,
    'TRUNCATE credits.wallets_of_groups',
    `INSERT INTO credits.wallets_of_groups (user_id, balance) VALUES (NULL, 5)`,
    `UPDATE credits.wallets SET held = 1 WHERE user_id = 'user 0'`,
    `UPDATE credits.wallets SET user_id = 'other' WHERE user_id = 'user 0'`,
    `DELETE FROM credits.entries WHERE user_id = 'user 0'`,
    `UPDATE credits.holds SET amount = 1 WHERE user_id = 'user 0'`,
    `UPDATE credits.grants SET remaining = 1 WHERE user_id = 'user 0'`,
    `UPDATE credits.wallets SET balance = -1 WHERE user_id = 'user 0'`,
  ])('is refused: %s', async (statement) => {
    await expect(operator.query(statement)).rejects.toThrow();
    await open.check();
  });

  test('loses nothing beside charges of the same wallet', async () => {
    const userId = 'busy with both';
    await open.credits.grant({ userId, credits: 10_000, ...given });
    const edits = (async () => {
      for (let n = 0; n < 100; n += 1) {
        await operator.query('UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = $1', [userId]);
      }
    })();
    const charges = Array.from({ length: 1_000 }, () =>
      open.credits.charge({ userId, action: 'audio_upload' }),
    );
    await Promise.all([edits, ...charges]);
    expect(await balanceOf(userId)).toBe(10_000 + 100 - 2_000);
    await open.check();
  });
});
