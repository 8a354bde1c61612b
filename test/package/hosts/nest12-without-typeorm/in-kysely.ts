import { CompiledQuery, Kysely, PostgresDialect, type Transaction } from 'kysely';
import type pg from 'pg';
import type { Host } from './together.js';

interface Tables {
  orders: { title: string };
}

const kyselyTx = (trx: Transaction<Tables>) => ({
  query: (sql: string, values: unknown[]) => trx.executeQuery(CompiledQuery.raw(sql, values)),
});

export function inKysely(pool: pg.Pool): Host {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    name: 'kysely',
    transaction: (work) =>
      db
        .transaction()
        .execute((trx) =>
          work((title) => trx.insertInto('orders').values({ title }).execute(), kyselyTx(trx)),
        ),
  };
}
