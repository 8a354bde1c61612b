import type { ClientBase } from 'pg';
import { HOME, schemaOf, type Placement } from './placement.js';

/** The database was made for other groups of wallets than it is asked for. */
export class OtherGroupsError extends Error {
  override name = 'OtherGroupsError';
}

/** What of a name there is in a schema: `r` a table, `v` a view. */
const KIND_SQL = 'SELECT relkind::text AS kind FROM pg_class WHERE oid = to_regclass($1)';

/** Schemas that our migrations have made, by the list of them that each keeps. */
const GROUPS_SQL = `
  SELECT n.nspname AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relname = 'placement' AND n.nspname ~ $1 ORDER BY 1`;

/** Which groups a database has; undefined where it has a ledger that is the only one, or none yet. */
export async function placementIn(client: ClientBase): Promise<Placement | undefined> {
  const { rows } = await client.query<{ schema: string }>(GROUPS_SQL, [`^${HOME}_\\d{4}$`]);
  const placed: { number: number; groups: number }[] = [];
  for (const { schema } of rows) {
    const found = await client.query<{ number: number; groups: number }>(
      `SELECT number, groups FROM ${schema}.placement`,
    );
    const [place] = found.rows;
    if (place !== undefined && schemaOf(place.number, place.groups) === schema) placed.push(place);
  }
  if (placed.length === 0) return undefined;
  return { count: placed[0]!.groups, here: placed.map(({ number }) => number) };
}

/**
 * The number of groups is fixed when a database is made: a user's group follows from it.
 *
 * @throws OtherGroupsError
 */
export async function requirePlacement(client: ClientBase, wanted: Placement): Promise<void> {
  const there = await countIn(client);
  if (there === undefined || there === wanted.count) return;
  throw new OtherGroupsError(
    `CREDIT_GROUPS must be ${there}, for which this database was made, and not ${wanted.count}: the number is fixed`,
  );
}

async function countIn(client: ClientBase): Promise<number | undefined> {
  const { rows } = await client.query<{ kind: string }>(KIND_SQL, [`${HOME}.wallets`]);
  if (rows[0]?.kind === 'r') return 1;
  return (await placementIn(client))?.count;
}

/** Groups that should be in a database and are not. @throws OtherGroupsError */
export async function missingIn(client: ClientBase, placement: Placement): Promise<number[]> {
  await requirePlacement(client, placement);
  const there = await placementIn(client);
  return placement.here.filter((group) => there?.here.includes(group) !== true);
}

/** Once all groups were made, one that is missing was lost or is elsewhere, and is not new. @throws OtherGroupsError */
export async function requireMade(client: ClientBase, placement: Placement): Promise<void> {
  const missing = (await isMade(client)) ? await missingIn(client, placement) : [];
  if (missing.length === 0) return;
  throw new OtherGroupsError(
    `the groups ${missing.join(', ')} were made and are not in this database: name the server that has them, or restore them first`,
  );
}

const MADE = `${HOME}.made_for`;

/** Whether all groups were made, as this database knows. */
export async function isMade(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query(KIND_SQL, [MADE]);
  if (rows.length === 0) return false;
  return (await client.query(`SELECT FROM ${MADE}`)).rows.length > 0;
}

/** A role that only runs the program leaves this to the role that makes the tables. */
async function mayNote(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(`SELECT has_table_privilege($1, 'INSERT') AS may`, [
    MADE,
  ]);
  return rows[0]!.may;
}

/** Every group is there, on every server. */
export async function noteMade(client: ClientBase, { count }: Pick<Placement, 'count'>): Promise<void> {
  if (count === 1 || (await isMade(client)) || !(await mayNote(client))) return;
  await client.query(`INSERT INTO ${MADE} (groups) VALUES ($1) ON CONFLICT DO NOTHING`, [count]);
}
