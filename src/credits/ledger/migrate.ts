import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ClientBase, escapeIdentifier } from 'pg';
import { whoIsInTheWay } from './in-the-way.js';
import { isLockTimeout, sqlStateOf } from './failures.js';
import { SHUT_OUT_STRANGERS, mayActForOwner, ownerOf, rightsIn, sentenceOnRights } from './rights.js';
import { SQLSTATE } from './sqlstate.js';
import type { SqlFile } from './sql-files.js';
import { NO_TIME_LIMITS } from './time-limits.js';

/** The database was made by a newer version of the program. */
export class SchemaTooNewError extends Error {
  override name = 'SchemaTooNewError';
}

/** The schema has tables, and none of them says that they are ours. */
export class SchemaTakenError extends Error {
  override name = 'SchemaTakenError';
}

/** The schema has to be made or changed, and this user may not. */
export class MissingRightError extends Error {
  override name = 'MissingRightError';
}

export interface MigrationSet {
  /** The schema whose `migrations` table remembers what was applied; made when missing. */
  schema: string;
  /** Numbered files `0001_name.sql`, applied once each in order and never edited afterwards. */
  migrations: readonly SqlFile[];
  /**
   * Files that may be applied again at any time; all of them are whenever anything has changed: one of them, the owner
   * of the schema's tables, or what PUBLIC and the roles of production may do there (rights.ts).
   */
  functions: readonly SqlFile[];
  /**
   * Of the functions, what tells the ledger's hand by the owner of the tables: where it is there already, it is applied before
   * the numbered migrations, which write under that hand and may be the first thing that a new owner does.
   */
  hand?: { file: string; function: string };
}

export interface MigrationOptions {
  /** Told every few seconds while another instance migrates. */
  onProgress?: (line: string) => void;
  /** Only these numbered migrations of each schema, and no functions: the tables as a backup knows them. */
  upTo?: Readonly<Record<string, readonly string[]>>;
  /** The caller has begun a transaction, and ends it. */
  inTransaction?: boolean;
}

/** Among the names in `migrations`: the rights as the files have left them. */
const RIGHTS = 'rights';
const WAITING_TOLD_EVERY_MS = 5_000;
/** For a table. */
const LONGEST_WAIT_MS = 1_000;
/** Until the next try; what waited behind the last one gets through. */
const LET_THROUGH_MS = 4_000;

/**
 * Bring one schema up to date in one transaction. Two instances that start at once wait for each other on a lock that
 * ends with the transaction, whatever becomes of its connection. An up-to-date schema is only read, so a role without
 * DDL rights may start the app.
 *
 * Whoever waits for a table makes everybody wait who comes after. So nobody is waited for longer than a second, and while
 * a transaction stays open that is in the way, all of it is tried again and again.
 *
 * @throws SchemaTooNewError, SchemaTakenError, MissingRightError
 */
export async function runMigrations(
  client: ClientBase,
  set: MigrationSet,
  { onProgress = () => undefined, upTo, inTransaction = false }: MigrationOptions = {},
): Promise<void> {
  const scripts = scriptsOf(set);
  const wanted =
    upTo === undefined ? scripts : scripts.filter(({ name }) => upTo[set.schema]?.includes(name));
  try {
    const look = () => missingScripts(client, set, wanted);
    if ((await (inTransaction ? look() : atLeisure(client, look))).length === 0) return;
    if (inTransaction) return await bring(client, set, wanted, onProgress);
    while (!(await broughtAtOnce(client, set, wanted, onProgress))) await delay(LET_THROUGH_MS);
  } catch (error) {
    if (sqlStateOf(error) !== SQLSTATE.insufficientPrivilege) throw error;
    const { message } = error as Error;
    throw new MissingRightError(await sentenceOnRights(client, set.schema, message), { cause: error });
  }
}

/** A look without the time limits that a role may have: a busy server may take longer to answer. */
async function atLeisure<T>(client: ClientBase, look: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query(NO_TIME_LIMITS);
    return await look();
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

type Tell = (line: string) => void;

/** False: somebody was in the way for too long. */
async function broughtAtOnce(
  client: ClientBase,
  set: MigrationSet,
  wanted: Script[],
  onProgress: Tell,
): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await bring(client, set, wanted, onProgress, LONGEST_WAIT_MS);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    if (!isLockTimeout(error)) throw error;
    onProgress(await whoIsInTheWay(client, set.schema));
    return false;
  }
}

async function bring(
  client: ClientBase,
  set: MigrationSet,
  wanted: Script[],
  onProgress: Tell,
  longestWaitMs = 0,
): Promise<void> {
  await takeTurn(client, set.schema, onProgress);
  await client.query(`SET LOCAL lock_timeout = ${longestWaitMs}`);
  await applyScripts(client, set, wanted);
}

async function takeTurn(client: ClientBase, schema: string, onProgress: Tell): Promise<void> {
  await client.query(NO_TIME_LIMITS);
  const waiting = setInterval(
    () => onProgress(`Waiting for another instance that migrates the schema "${schema}"`),
    WAITING_TOLD_EVERY_MS,
  );
  try {
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('migrations of ' || $1, 0))`, [schema]);
  } finally {
    clearInterval(waiting);
  }
}

async function applyScripts(client: ClientBase, set: MigrationSet, wanted: Script[]): Promise<void> {
  const { schema } = set;
  // Files may leave the schema's name out, and its functions keep this path for themselves. Nothing that somebody put
  // into a schema of theirs takes part in it; the mark at its end is explained in hand.sql.
  await client.query(`SET LOCAL search_path = ${schema}, pg_catalog, pg_ledger_hand, pg_temp`);
  await becomeOwner(client, schema);
  const missing = await missingScripts(client, set, wanted);
  if (missing.length === 0) return;
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${schema}.migrations
       (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  await knowHand(client, set);
  for (const script of missing) {
    await client.query(script.sql);
    await remember(client, schema, script);
  }
  await client.query(SHUT_OUT_STRANGERS);
  await remember(client, schema, { name: RIGHTS, checksum: await rightsIn(client, schema) });
}

async function knowHand(client: ClientBase, { schema, hand, functions }: MigrationSet): Promise<void> {
  if (hand === undefined) return;
  const { rows } = await client.query<{ known: boolean }>('SELECT to_regproc($1) IS NOT NULL AS known', [
    `${schema}.${hand.function}`,
  ]);
  const file = functions.find(({ name }) => name === hand.file);
  if (rows[0]!.known && file !== undefined) await client.query(file.sql);
}

/** Everything of the schema belongs to one role, also when a superuser or a member of that role brings it up to date. */
async function becomeOwner(client: ClientBase, schema: string): Promise<void> {
  const { exists, owner, user, table } = await ownerOf(client, schema);
  if (owner === null && table !== null) {
    throw new SchemaTakenError(
      `the schema "${schema}" has "${table}" and no migrations, so it is somebody else's: rename that schema, or use another database`,
    );
  }
  if (!exists) await client.query(`CREATE SCHEMA ${schema}`);
  if (owner !== null && owner !== user) await client.query(`SET LOCAL ROLE ${escapeIdentifier(owner)}`);
}

function remember(
  client: ClientBase,
  schema: string,
  { name, checksum }: Omit<Script, 'sql'>,
): Promise<unknown> {
  return client.query(
    `INSERT INTO ${schema}.migrations (name, checksum) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now()`,
    [name, checksum],
  );
}

/** What `runMigrations` would apply, by name. @throws SchemaTooNewError */
export async function pendingScripts(client: ClientBase, set: MigrationSet): Promise<string[]> {
  return (await missingScripts(client, set, scriptsOf(set))).map(({ name }) => name);
}

interface Script extends SqlFile {
  checksum: string;
}

function scriptsOf({ migrations, functions }: MigrationSet): Script[] {
  return [...migrations, ...functions].map(({ name, sql }) => ({
    name,
    sql,
    checksum: createHash('sha256').update(sql).digest('hex'),
  }));
}

async function missingScripts(client: ClientBase, set: MigrationSet, wanted: Script[]): Promise<Script[]> {
  const known = await client.query<{ exists: boolean }>(`SELECT to_regclass($1) IS NOT NULL AS exists`, [
    `${set.schema}.migrations`,
  ]);
  if (!known.rows[0]!.exists) return wanted;
  const { rows } = await client.query<{ name: string; checksum: string }>(
    `SELECT name, checksum FROM ${set.schema}.migrations`,
  );
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  // What comes before the first file that is still here belongs to a form that was carried over.
  const first = wanted[0]?.name ?? '';
  const stranger = rows.find(
    ({ name }) => /^\d/.test(name) && name > first && !wanted.some((script) => script.name === name),
  );
  if (stranger !== undefined) {
    throw new SchemaTooNewError(
      `the schema "${set.schema}" has the migration ${stranger.name}, which this version does not know: ` +
        'start the version that made it, or a later one',
    );
  }
  // A numbered migration is applied once, whatever became of its text; the other files follow their text. All of them
  // are applied again with any: a function that was made anew, with other arguments, has lost what roles.sql says of it.
  const isNumbered = ({ name }: Script) => /^\d/.test(name);
  const missing = wanted.filter((script) =>
    isNumbered(script) ? !applied.has(script.name) : applied.get(script.name) !== script.checksum,
  );
  // A role that may not change the rights goes on with them as they are.
  const isChanged =
    missing.length > 0 ||
    (applied.get(RIGHTS) !== (await rightsIn(client, set.schema)) &&
      (await mayActForOwner(client, set.schema)));
  return wanted.filter((script) => missing.includes(script) || (isChanged && !isNumbered(script)));
}
