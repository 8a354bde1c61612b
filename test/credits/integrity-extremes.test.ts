import { describe, expect, test } from '@jest/globals';
import { LEDGER_TABLES } from '../support/ledger-rows.js';
import { its, of, open, reportAfter } from './damaged-books.js';

// Whatever number an owner writes is told of its wallet, or is of no account: the check of all the others goes on.

const UNCHECKED = `
  ALTER TABLE credits.wallets DROP CONSTRAINT wallets_held_within_balance;
  ALTER TABLE credits.refunds DROP CONSTRAINT refunds_within_charge;
  ALTER TABLE credits.clawbacks DROP CONSTRAINT clawbacks_within_grant;
  ALTER TABLE credits.grant_terms DROP CONSTRAINT grant_terms_amount_positive;
  ALTER TABLE credits.grant_layers DROP CONSTRAINT grant_layers_shape`;
const LEFT_OF_HOLDS = `INSERT INTO credits.former_holds SELECT number, 0, 0, 0 FROM credits.wallets ${of}`;
const EXTREMES = ['9223372036854775807', '-9223372036854775808'];

async function toldAfter(edit: string): Promise<string[]> {
  const { differences, wallets } = await reportAfter(`${UNCHECKED}; ${LEFT_OF_HOLDS}; ${edit}`);
  expect(wallets).toBe(3);
  expect(differences.filter(({ userId }) => userId !== 'mallory')).toEqual([]);
  return differences.map(({ check }) => check);
}

describe('a number of any size does not stop the check:', () => {
  test.each(LEDGER_TABLES)('in each row of %s', async (table) => {
    const columns = await open.dataSource.query<{ name: string }[]>(
      `SELECT attname AS name FROM pg_attribute
        WHERE attrelid = 'credits.${table}'::regclass AND atttypid = 'int8'::regtype AND attnum > 0`,
    );
    const which = table === 'wallets' ? of : its;
    const rows = columns.length === 0 ? 0 : await countOf(table, which);
    for (const { name } of columns) {
      for (const extreme of EXTREMES) {
        for (let row = 0; row < rows; row += 1) {
          const place = `SELECT ctid FROM credits.${table} ${which} ORDER BY ctid OFFSET ${row} LIMIT 1`;
          await toldAfter(`UPDATE credits.${table} SET ${name} = ${extreme} WHERE ctid = (${place})`);
        }
      }
    }
  });

  test.each([
    ['ledger_entries', 'amount', 'balance_is_sum_of_entries'],
    ['running_holds', 'amount', 'held_is_sum_of_holds'],
    ['grant_terms', 'amount', 'grants_unlike_their_entries'],
  ])('in all rows of %s together, %s', async (table, column, check) => {
    for (const extreme of EXTREMES) {
      expect(await toldAfter(`UPDATE credits.${table} SET ${column} = ${extreme} ${its}`)).toContain(check);
    }
  });
});

test('a balance that no number can tell is found, however well its books agree', async () => {
  const more = 2 ** 53;
  const edit = `
    UPDATE credits.wallets SET balance = balance + ${more}, held = held + ${more} ${of};
    UPDATE credits.running_holds SET amount = amount + ${more} ${its};
    UPDATE credits.grant_layers SET height = height + ${more} ${its} AND until = 2147483647;
    UPDATE credits.grant_terms SET amount = amount + ${more} ${its} AND version = 1;
    UPDATE credits.ledger_entries
       SET amount = amount + CASE version WHEN 1 THEN ${more} ELSE 0 END, balance_after = balance_after + ${more},
           held_after = held_after + CASE WHEN owed_after IS NULL THEN 0 ELSE ${more} END ${its}`;
  expect(await toldAfter(edit)).toContain('balance_safe_integer');
});

/** One row at least: what is let go of holds is there by then. */
async function countOf(table: string, which: string): Promise<number> {
  const [row] = await open.dataSource.query(`SELECT count(*)::int AS rows FROM credits.${table} ${which}`);
  return Math.max(1, row.rows);
}
