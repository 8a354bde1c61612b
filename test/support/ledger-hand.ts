import { LEDGER_TABLES } from './ledger-rows.js';

// What an owner of the tables can do, and nobody else: the ways around the journal that are left.

/** The mark of the ledger's own functions; see edits.sql. */
export const asTheLedger = (schema: string): string =>
  `SET search_path = ${schema}, pg_catalog, pg_ledger_hand, pg_temp`;

export const AS_THE_LEDGER = asTheLedger('credits');
/** Until the transaction ends. */
export const AS_THE_LEDGER_LOCALLY = AS_THE_LEDGER.replace('SET', 'SET LOCAL');

/** For a transaction that is rolled back: nothing watches, not even the layers' link to their grants. */
export const TRIGGERS_OFF = [
  ...LEDGER_TABLES.map((table) => `ALTER TABLE credits.${table} DISABLE TRIGGER USER`),
  'ALTER TABLE credits.grant_layers DROP CONSTRAINT IF EXISTS grant_layers_grant',
].join('; ');

/** The same for a transaction that is committed. */
export const withTriggersOff = (sql: string): string =>
  `BEGIN; ALTER TABLE credits.wallets DISABLE TRIGGER USER; ${sql}; ALTER TABLE credits.wallets ENABLE TRIGGER USER; COMMIT`;
