import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { Prices } from '../../src/credits/prices/index.js';
import { groupOf } from '../../src/credits/ledger/wallet-hash.js';
import { schemaOf } from '../../src/credits/ledger/placement.js';
import { openCredits, PRICES, type OpenCredits } from '../support/credits.js';
import { createEmptyDatabase, createTestDatabase } from '../support/database.js';
import { asTheLedger } from '../support/ledger-hand.js';

export interface ClockedCredits extends OpenCredits {
  /** A connection of an operator's to the first database. */
  sql: pg.Client;
  /** Where a user's wallet is: a connection of an operator's for reads and edits by hand, and the schema of its ledger. */
  placeOf(userId: string): Place;
  setClock(milliseconds: number): Promise<void>;
}

export interface Place {
  sql: pg.Client;
  schema: string;
}

/** In how many groups the wallets are, and in how many databases those. */
export interface Spread {
  groups: number;
  databases: number;
}

/** The ledger with another text wherever this passage stands in one file of its SQL. */
export interface Variant {
  file: 'apply.sql' | 'clawback.sql' | 'edits.sql' | 'events.sql' | 'refill.sql' | 'settle.sql';
  passage: string;
  instead: string;
}

/** When the clock starts; any midnight would do. */
export const START = Date.parse('2101-03-01T00:00:00Z');

/** Below so many credits a wallet is low, and somebody listens. */
export const LOW = 10;
const somebodyListensIn = (schema: string): string => `
  SELECT ${schema}.listen_to_events('post', ARRAY['balance.low', 'balance.exhausted', 'wallet.owes'], ${LOW}, 0);
  UPDATE ${schema}.event_listeners SET until = 'infinity'`;

/** What is held for it can be raised. */
const WORK: Prices = { ...PRICES, piece_work: '1 per 1 piece' };

/**
 * The clock of the database stands until it is set. The ledger's functions look for clock_timestamp() in the schema
 * of their ledger before pg_catalog, so one of that name is all it takes and their text stays the product's. What a model
 * proves is arithmetic, so commits need not wait for the disk.
 */
const STANDING_CLOCK = `
  CREATE SCHEMA testing;
  CREATE TABLE testing.clock AS SELECT to_timestamp(${START / 1000}) AS now;
  CREATE FUNCTION testing.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now FROM testing.clock';
  DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = testing, pg_catalog', current_database());
    EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database());
  END $$`;

const clockIn = (schema: string): string =>
  `CREATE FUNCTION ${schema}.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now FROM testing.clock'`;

/** The credit system on databases of its own whose time the test sets. */
export async function openClockedCredits(
  variant?: Variant,
  { groups = 1, databases: many = 1, prices = WORK }: Partial<Spread> & { prices?: Prices } = {},
): Promise<ClockedCredits> {
  const databases = await Promise.all(
    Array.from({ length: many }, () => (groups === 1 ? createTestDatabase() : createEmptyDatabase())),
  );
  const [url, ...others] = databases.map((database) => database.url);
  const connections = databases.map((database) => new pg.Client({ connectionString: database.url }));
  for (const sql of connections) {
    await sql.connect();
    await sql.query(STANDING_CLOCK);
  }
  const open = await openCredits(url!, { groups, others, prices });
  const places = Array.from({ length: groups }, (_, group): Place => {
    const sql = connections[Math.floor((group * many) / groups)]!;
    return { sql, schema: schemaOf(group, groups) };
  });
  for (const { sql, schema } of places) {
    await sql.query(`${clockIn(schema)}; ${somebodyListensIn(schema)}`);
    if (variant !== undefined)
      await sql.query(`${asTheLedger(schema)}; ${variantText(variant)}; RESET search_path`);
  }
  for (const { ledger } of open.groups.all()) {
    const { decidedAtMs } = await ledger.apply({ verb: 'settle', user_id: 'nobody' });
    const { asOf } = await open.credits.balance('nobody');
    if (decidedAtMs !== START || Date.parse(asOf) !== START) throw new Error('this clock is not read');
  }
  return {
    ...open,
    sql: connections[0]!,
    placeOf: (userId) => places[groupOf(userId, groups)]!,
    async setClock(milliseconds) {
      for (const sql of connections) {
        await sql.query('UPDATE testing.clock SET now = to_timestamp($1)', [milliseconds / 1000]);
      }
    },
    async close() {
      await open.close();
      for (const sql of connections) await sql.end();
      for (const database of databases) await database.drop();
    },
  };
}

function variantText({ file, passage, instead }: Variant): string {
  const text = readFileSync(new URL(`../../src/credits/ledger/${file}`, import.meta.url), 'utf8');
  if (!text.includes(passage)) throw new Error(`${file} no longer has the passage: ${passage}`);
  return text.replaceAll(passage, () => instead);
}
