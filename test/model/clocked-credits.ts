import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { Prices } from '../../src/credits/prices/index.js';
import { openCredits, PRICES, type OpenCredits } from '../support/credits.js';
import { createTestDatabase } from '../support/database.js';
import { AS_THE_LEDGER } from '../support/ledger-hand.js';

export interface ClockedCredits extends OpenCredits {
  /** A connection of an operator's: reads, and edits by hand. */
  sql: pg.Client;
  setClock(milliseconds: number): Promise<void>;
}

/** The ledger with another text wherever this passage stands in one file of its SQL. */
export interface Variant {
  file: 'apply.sql' | 'clawback.sql' | 'edits.sql' | 'refill.sql' | 'settle.sql';
  passage: string;
  instead: string;
}

/** When the clock starts; any midnight would do. */
export const START = Date.parse('2101-03-01T00:00:00Z');

/** What is held for it can be raised. */
const WORK: Prices = { ...PRICES, piece_work: '1 per 1 piece' };

/**
 * The clock of the database stands until it is set. The ledger's functions look for clock_timestamp() in the schema
 * credits before pg_catalog, so one of that name is all it takes and their text stays the product's. What a model
 * proves is arithmetic, so commits need not wait for the disk.
 */
const STANDING_CLOCK = `
  CREATE SCHEMA testing;
  CREATE TABLE testing.clock AS SELECT to_timestamp(${START / 1000}) AS now;
  CREATE FUNCTION credits.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now FROM testing.clock';
  DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = credits, pg_catalog', current_database());
    EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database());
  END $$`;

/** The credit system on a database of its own whose time the test sets. */
export async function openClockedCredits(variant?: Variant, prices: Prices = WORK): Promise<ClockedCredits> {
  const database = await createTestDatabase();
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  await sql.query(STANDING_CLOCK);
  const open = await openCredits(database.url, { prices });
  if (variant !== undefined) await sql.query(`${AS_THE_LEDGER}; ${variantText(variant)}; RESET search_path`);
  const { decidedAtMs } = await open.ledger.apply({ verb: 'settle', user_id: 'nobody' });
  const { asOf } = await open.credits.balance('nobody');
  if (decidedAtMs !== START || Date.parse(asOf) !== START) throw new Error('this clock is not read');
  return {
    ...open,
    sql,
    async setClock(milliseconds) {
      await sql.query('UPDATE testing.clock SET now = to_timestamp($1)', [milliseconds / 1000]);
    },
    async close() {
      await open.close();
      await sql.end();
      await database.drop();
    },
  };
}

function variantText({ file, passage, instead }: Variant): string {
  const text = readFileSync(new URL(`../../src/credits/ledger/${file}`, import.meta.url), 'utf8');
  if (!text.includes(passage)) throw new Error(`${file} no longer has the passage: ${passage}`);
  return text.replaceAll(passage, () => instead);
}
