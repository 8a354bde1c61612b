import { sql, type SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { Host } from './together.js';

const orders = pgTable('orders', { title: text().primaryKey() });

/** Drizzle numbers its parameters itself, so a text with `$1` in it is put together anew. */
const drizzleTx = (tx: { execute(query: SQL): PromiseLike<unknown> }) => ({
  query: async (statement: string, values: unknown[]) => {
    const parts = statement.split(/\$(\d+)/);
    return tx.execute(
      sql.join(parts.map((part, n) => (n % 2 ? sql.param(values[Number(part) - 1]) : sql.raw(part)))),
    );
  },
});

export function inDrizzle(pool: pg.Pool): Host {
  const db = drizzle(pool);
  return {
    name: 'drizzle',
    transaction: (work) =>
      db.transaction((tx) => work((title) => tx.insert(orders).values({ title }), drizzleTx(tx))),
  };
}
