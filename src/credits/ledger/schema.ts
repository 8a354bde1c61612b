import type { ClientBase } from 'pg';
import { ledgerFunctions, ledgerMigrations } from './ledger-sql.js';
import { pendingScripts, runMigrations, type MigrationOptions, type MigrationSet } from './migrate.js';

const ledgerIn = (schema: string): MigrationSet => ({
  schema,
  migrations: ledgerMigrations(),
  functions: ledgerFunctions(),
});

/** Bring a ledger up to date, in the schema in which it lives; see {@link runMigrations}. */
export function migrateLedger(
  client: ClientBase,
  { schema = 'credits', ...options }: MigrationOptions & { schema?: string } = {},
): Promise<void> {
  return runMigrations(client, ledgerIn(schema), options);
}

/** What `migrateLedger` would apply, by name: none when the ledger is up to date. @throws SchemaTooNewError */
export function pendingInLedger(client: ClientBase, schema = 'credits'): Promise<string[]> {
  return pendingScripts(client, ledgerIn(schema));
}
