import { OPENING_BALANCE, WALLETS } from '../wallets.mjs';

/**
 * The least that a charge by hand needs, with the same storage settings as the product's tables and one index
 * less: a balance, a version, and one history row for each version. A charge under an idempotency key keeps it in its row;
 * one without costs that index nothing.
 */
export async function makeTables(client, schema) {
  await client.query(`
    CREATE SCHEMA ${schema};
    CREATE TABLE ${schema}.wallets (
      user_id text COLLATE "C" PRIMARY KEY,
      balance bigint NOT NULL CHECK (balance >= 0),
      version bigint NOT NULL DEFAULT 0
    ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
    CREATE TABLE ${schema}.entries (
      version bigint NOT NULL,
      amount bigint NOT NULL,
      balance_after bigint NOT NULL,
      created_at timestamptz NOT NULL,
      user_id text COLLATE "C" NOT NULL,
      action text NOT NULL,
      key text,
      PRIMARY KEY (user_id, version)
    ) WITH (autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);
    CREATE UNIQUE INDEX ON ${schema}.entries (user_id, key) WHERE key IS NOT NULL;`);
  await client.query(
    `INSERT INTO ${schema}.wallets (user_id, balance) SELECT u, $2 FROM unnest($1::text[]) u`,
    [WALLETS, OPENING_BALANCE],
  );
}
