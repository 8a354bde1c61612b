import assert from 'node:assert/strict';
import type { CreditsService, Transaction } from 'creditgate';
import type pg from 'pg';

/** How a query builder or an ORM runs a transaction: its own rows, and what creditgate is given as `tx`. */
export interface Host {
  name: string;
  transaction(
    work: (insert: (title: string) => Promise<unknown>, tx: Transaction) => Promise<void>,
  ): Promise<void>;
}

/** Rows and credits come to be together or not at all, and a refusal leaves the transaction usable. */
export async function expectTogether(host: Host, credits: CreditsService, pool: pg.Pool): Promise<void> {
  const userId = host.name;
  const charge = (tx: Transaction, amount: number) =>
    credits.charge({ userId, action: 'text_to_speech', credits: amount }, { tx });
  const expectLeft = async (balance: number, titles: string[]) => {
    assert.equal((await credits.balance(userId)).balance, balance, host.name);
    const { rows } = await pool.query('SELECT title FROM orders WHERE title LIKE $1 ORDER BY title', [
      `${userId} %`,
    ]);
    assert.deepEqual(
      rows.map(({ title }) => title),
      titles.map((title) => `${userId} ${title}`),
    );
  };
  await credits.grant({ userId, credits: 20, reason: 'welcome', actor: 'host' });
  await host
    .transaction(async (insert, tx) => {
      await insert(`${userId} rolled back`);
      assert.equal((await charge(tx, 7)).balance, 13);
      throw new Error('rolled back');
    })
    .catch((error: Error) => assert.equal(error.message, 'rolled back'));
  await expectLeft(20, []);
  await host.transaction(async (insert, tx) => {
    await insert(`${userId} a`);
    await charge(tx, 7);
  });
  await expectLeft(13, ['a']);
  await host.transaction(async (insert, tx) => {
    await assert.rejects(charge(tx, 14), { code: 'insufficient_credits' });
    await insert(`${userId} b`);
    const hold = await credits.hold({ userId, action: 'text_to_speech', credits: 5 }, { tx });
    await credits.capture({ holdId: hold.id, credits: 3 }, { tx });
  });
  await expectLeft(10, ['a', 'b']);
}
