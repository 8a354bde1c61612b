import type { ClientBase } from 'pg';
import { groupViews, HOME_OF_GROUPS } from './group-views.js';
import { ledgerFunctions, ledgerMigrations } from './ledger-sql.js';
import { pendingScripts, runMigrations, type MigrationOptions, type MigrationSet } from './migrate.js';
import { requirePlacement } from './placed.js';
import { HOME, ONE_GROUP, schemaOf, type Placement } from './placement.js';
import type { SqlFile } from './sql-files.js';

interface LedgerOptions extends MigrationOptions {
  /** Where the ledger lives; default `credits`. */
  schema?: string;
}

export interface PlacedOptions extends MigrationOptions {
  placement?: Placement;
}

const HAND = { file: 'hand.sql', function: 'refuse_hand' };

const ledgerIn = (schema: string, placed: readonly SqlFile[] = []): MigrationSet => ({
  schema,
  migrations: ledgerMigrations(),
  // Before roles.sql, which is the last.
  functions: [...placed, ...ledgerFunctions()],
  hand: HAND,
});

/** Every schema of the ledgers that a database has, in the order in which they are made. */
function ledgersOf({ count, here }: Placement): MigrationSet[] {
  if (count === 1) return [ledgerIn(HOME)];
  const groups = here.map((group) => ledgerIn(schemaOf(group, count), [placedAs(group, count)]));
  const functions = ledgerFunctions();
  const madeBy = [...ledgerMigrations(), ...functions].map(({ name }) => name);
  const hand = functions.find(({ name }) => name === HAND.file)!;
  const views = groupViews({ count, here }, madeBy, hand);
  return [...groups, { schema: HOME, migrations: [HOME_OF_GROUPS], functions: [views] }];
}

function placedAs(group: number, count: number): SqlFile {
  const sql = `INSERT INTO placement (number, groups) VALUES (${group}, ${count}) ON CONFLICT DO NOTHING;`;
  return { name: 'placement.sql', sql };
}

/** Bring a ledger up to date, in the schema in which it lives; see {@link runMigrations}. */
export function migrateLedger(
  client: ClientBase,
  { schema = HOME, ...options }: LedgerOptions = {},
): Promise<void> {
  return runMigrations(client, ledgerIn(schema), options);
}

/** Bring all the ledgers of a database up to date. @throws OtherGroupsError, and what `migrateLedger` throws */
export async function migrateLedgers(
  client: ClientBase,
  { placement = ONE_GROUP, ...options }: PlacedOptions = {},
): Promise<void> {
  await requirePlacement(client, placement);
  for (const set of ledgersOf(placement)) await runMigrations(client, set, options);
}

/** What `migrateLedger` would apply, by name: none when the ledger is up to date. @throws SchemaTooNewError */
export function pendingInLedger(client: ClientBase, schema = HOME): Promise<string[]> {
  return pendingScripts(client, ledgerIn(schema));
}

/** The same of all the ledgers of a database. @throws OtherGroupsError, SchemaTooNewError */
export async function pendingInLedgers(client: ClientBase, placement = ONE_GROUP): Promise<string[]> {
  await requirePlacement(client, placement);
  const pending: string[] = [];
  for (const set of ledgersOf(placement)) pending.push(...(await pendingScripts(client, set)));
  return pending;
}
