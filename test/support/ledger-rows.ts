import type { DataSource } from 'typeorm';

export const LEDGER_TABLES = [
  'wallets',
  'ledger_entries',
  'running_holds',
  'ended_holds',
  'former_holds',
  'grant_terms',
  'grant_layers',
  'refunds',
  'clawbacks',
  'actors',
  'reasons',
  'descriptions',
] as const;

const EVERY_ROW = LEDGER_TABLES.map(
  (table) => `SELECT '${table} ' || t::text AS row FROM credits.${table} t`,
).join(' UNION ALL ');

/** Every row of the ledger as text, to be compared before and after something that must change nothing. */
export async function ledgerRows(database: DataSource): Promise<string[]> {
  const rows = await database.query<{ row: string }[]>(`${EVERY_ROW} ORDER BY row`);
  return rows.map(({ row }) => row);
}
