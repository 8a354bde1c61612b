import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { ACTION, PRICE } from '../wallets.mjs';
import { makeTables } from './tables.mjs';

/** A key that was used is an error of the unique index, so the charge is undone. */
const CHARGE = {
  name: 'charge',
  text: `
    WITH charged AS (
      UPDATE bench_statement.wallets SET balance = balance - $2, version = version + 1
       WHERE user_id = $1 AND balance >= $2
      RETURNING user_id, version, balance
    )
    INSERT INTO bench_statement.entries (user_id, version, amount, balance_after, action, created_at, key)
    SELECT user_id, version, -$2, balance, $3, now(), $4 FROM charged
    RETURNING version, balance_after`,
};

/** The best that is written by hand: the balance and its history in one prepared statement, one commit each. */
export function oneStatement(url) {
  let pool;
  const contender = {
    name: 'one statement (CTE)',
    walletsTable: 'bench_statement.wallets',
    recorded: 'SELECT count(*) FROM bench_statement.entries',
    poolSizes: [10, 15, 20],

    async prepare() {
      await contender.usePool(contender.poolSizes[0]);
      await makeTables(pool, 'bench_statement');
    },

    async usePool(max) {
      await pool?.end();
      pool = new pg.Pool({ connectionString: url, max });
    },

    charge: (userId) => contender.chargeUnder(null, userId),
    keyed: (userId) => contender.chargeUnder(randomUUID(), userId),

    async chargeUnder(key, userId) {
      const { rowCount } = await pool.query({ ...CHARGE, values: [userId, PRICE, ACTION, key] });
      if (rowCount !== 1) throw new Error(`not charged: ${userId}`);
    },

    close: async () => pool?.end(),
  };
  return contender;
}
