import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { ledgerRows } from '../support/ledger-rows.js';
import { until } from '../support/until.js';

const action = 'audio_upload';

const [open] = await onOwnDatabase((url) => openCredits(url, { limits: { patienceMs: 20_000 } }));
const { credits } = open;

type Row = Record<string, unknown>;

/** What an operator types; TypeORM answers an UPDATE … RETURNING with its rows and their number. */
async function byHand(sql: string, ...values: unknown[]): Promise<Row[]> {
  const answer = await open.dataSource.query(sql, values);
  return Array.isArray(answer[0]) ? answer[0] : answer;
}

async function userWith(balance: number): Promise<string> {
  const userId = `edited-${randomUUID()}`;
  await credits.grant({ userId, credits: balance, reason: 'to edit', actor: 'test' });
  return userId;
}

test('an operator who opens a wallet draws no number for it, neither that of one that is gone nor of one to come', async () => {
  const opening = `INSERT INTO credits.wallets (user_id, balance, number) OVERRIDING SYSTEM VALUE VALUES ($1, 5, $2)`;
  const [last] = await byHand('SELECT max(number) + 3 AS number FROM credits.wallets');
  for (const number of [-4, last!['number'], 2_000_000_000]) {
    const [wallet] = await byHand(`${opening} RETURNING number`, `numbered-${randomUUID()}`, number);
    expect(wallet!['number']).not.toBe(number);
  }
  for (let n = 0; n < 4; n += 1) await userWith(1);
  await open.check();
});

describe('an operator who changes a balance', () => {
  test.each([
    ['raises', 100, 110],
    ['cuts', -7, 3],
    ['empties', -10, 0],
  ])('%s it, and the ledger says who did', async (_, change, balance) => {
    const userId = await userWith(10);
    const [wallet] = await byHand(
      `UPDATE credits.wallets SET balance = balance + $2 WHERE user_id = $1 RETURNING balance, version`,
      userId,
      change,
    );
    expect(wallet).toEqual({ balance: String(balance), version: '2' });
    const name = String((await byHand('SELECT session_user'))[0]!['session_user']);
    const [entry] = (await credits.history(userId)).data;
    expect(entry).toMatchObject({
      kind: 'adjustment',
      amount: change,
      balanceAfter: balance,
      version: 2,
      actor: `sql:${name}`,
    });
    await open.check();
  });

  test('makes a raise a grant of category compensation', async () => {
    const userId = await userWith(10);
    await byHand('UPDATE credits.wallets SET balance = 25 WHERE user_id = $1', userId);
    const grants = await byHand(
      'SELECT * FROM credits.grants WHERE user_id = $1 ORDER BY burn_order',
      userId,
    );
    expect(grants).toMatchObject([
      { category: 'paid', remaining: '10' },
      { category: 'compensation', amount: '15', remaining: '15' },
    ]);
  });

  test('cuts what is still there, not what has expired meanwhile', async () => {
    const userId = await userWith(10);
    const expiresAt = new Date(Date.now() + 1_000);
    await credits.grant({ userId, credits: 20, reason: 'for a second', actor: 'test', expiresAt });
    await until(
      async () => (await byHand('SELECT clock_timestamp() > $1 AS over', expiresAt))[0]!['over'] === true,
    );
    // Nobody has looked at the wallet yet: 30 is what the operator still reads in it.
    const cut = `UPDATE credits.wallets SET balance = 26 WHERE user_id = $1 AND balance = 30`;
    await byHand(cut, userId);
    expect((await credits.history(userId)).data).toMatchObject([
      { kind: 'adjustment', amount: -4, balanceAfter: 6, version: 4 },
      { kind: 'expiry', amount: -20, balanceAfter: 10, version: 3 },
      { kind: 'grant', amount: 20, version: 2 },
      { kind: 'grant', amount: 10, version: 1 },
    ]);
    await open.check();
  });

  test('changes nothing by setting what is there', async () => {
    const userId = await userWith(10);
    const before = await ledgerRows(open.dataSource);
    await byHand('UPDATE credits.wallets SET balance = 10, updated_at = now() WHERE user_id = $1', userId);
    expect(await ledgerRows(open.dataSource)).toEqual(before);
  });

  test('twice in one transaction and over several wallets is journaled change by change', async () => {
    const users = [await userWith(10), await userWith(20)];
    await open.dataSource.transaction(async (tx) => {
      const raise = 'UPDATE credits.wallets SET balance = balance + 5 WHERE user_id = ANY ($1)';
      await tx.query(raise, [users]);
      await tx.query(raise, [users]);
    });
    const after = await Promise.all(users.map((userId) => credits.balance(userId)));
    expect(after).toMatchObject([
      { balance: 20, version: 3 },
      { balance: 30, version: 3 },
    ]);
    await open.check();
  });

  test('100 times amid load is journaled 100 times and loses nobody a change', async () => {
    const userId = await userWith(10_000);
    const changes = Array.from({ length: 100 }, (_, index) => (index % 3 === 0 ? -5 : 7));
    const edits = [...changes];
    let editing = true;
    let charged = 0;
    const operator = async () => {
      for (let change = edits.pop(); change !== undefined; change = edits.pop()) {
        await byHand('UPDATE credits.wallets SET balance = balance + $2 WHERE user_id = $1', userId, change);
      }
    };
    const customer = async () => {
      while (editing) {
        const hold = await credits.hold({ userId, action });
        await credits.charge({ userId, action, credits: 1 });
        await credits.capture({ holdId: hold.id, credits: 1 });
        charged += 2;
      }
    };
    const customers = Promise.all(Array.from({ length: 8 }, customer));
    await Promise.all([operator(), operator(), operator()]).finally(() => (editing = false));
    await customers;

    const journaled = await byHand(
      `SELECT amount FROM credits.entries WHERE user_id = $1 AND actor = 'sql:' || session_user ORDER BY amount`,
      userId,
    );
    expect(journaled.map(({ amount }) => Number(amount))).toEqual([...changes].sort((a, b) => a - b));
    const sum = changes.reduce((total, change) => total + change, 0);
    expect(charged).toBeGreaterThan(0);
    // A grant, 100 edits, and for every two credits a hold, a charge and a capture: each is one version.
    expect(await credits.balance(userId)).toMatchObject({
      balance: 10_000 + sum - charged,
      held: 0,
      version: 101 + (charged / 2) * 3,
    });
    await open.check();
  });
});

describe('an operator who opens a wallet', () => {
  test('with credits gives a grant, without them nothing', async () => {
    await byHand(`INSERT INTO credits.wallets (user_id, balance) VALUES ('opened', 40), ('opened-empty', 0)`);
    expect(await credits.balance('opened')).toMatchObject({ balance: 40, version: 1 });
    expect(await credits.balance('opened-empty')).toMatchObject({ balance: 0, version: 0 });
    expect(await credits.charge({ userId: 'opened', action })).toMatchObject({ balance: 38, version: 2 });
    await open.check();
  });

  test('that is there already adds to it when the statement says so, and else leaves it', async () => {
    const userId = await userWith(10);
    await byHand(
      `INSERT INTO credits.wallets AS w (user_id, balance) VALUES ($1, 5)
       ON CONFLICT (user_id) DO UPDATE SET balance = w.balance + excluded.balance`,
      userId,
    );
    await byHand(
      `INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 99) ON CONFLICT DO NOTHING`,
      userId,
    );
    expect(await credits.balance(userId)).toMatchObject({ balance: 15, version: 2 });
    expect((await credits.history(userId)).data.map(({ amount }) => amount)).toEqual([5, 10]);
    await open.check();
  });
});
