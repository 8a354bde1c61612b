import pg, { type ClientBase } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { pipeline } from 'node:stream/promises';
import {
  checkIntegrity,
  isMade,
  noteMade,
  placementIn,
  schemaOf,
  type Placement,
} from '../credits/plumbing.js';
import { MIGRATIONS } from '../migrations.js';
import { RefusedError } from './backup-error.js';
import { sequencesOf, tablesOf, type Table } from './catalog.js';
import { freezeGroup, thawGroup } from './frozen-group.js';
import { ALL, mergesBy, rowsOfGroup } from './rows-of-group.js';
import { inTransaction, rowsOf } from './session.js';

export interface MovedGroup {
  rows: number;
  wallets: number;
}

/**
 * A group of wallets, and what the product keeps for its users, into another database. From its beginning on nobody
 * writes to the group where it was; it is read there until the map says where it is now. What fails leaves the group
 * where it was, and writable.
 *
 * @throws RefusedError
 */
export async function moveGroup(
  source: ClientBase,
  target: ClientBase,
  group: number,
  onProgress: (line: string) => void,
): Promise<MovedGroup> {
  const from = await placementIn(source);
  if (from?.here.includes(group) !== true)
    throw new RefusedError(`group ${group} is not in the database it is to leave`);
  const { count } = from;
  const placement = await placementAfter(target, group, count);
  await freezeGroup(source, group, count);
  const schema = schemaOf(group, count);
  try {
    await expectGroup(target, schema);
    for (const migrate of MIGRATIONS) await migrate(target, { onProgress, placement });
    if (await isMade(source)) await noteMade(target, placement);
    return await inTransaction(target, 'BEGIN', async () => {
      const moved = await copyAll(source, target, group, count);
      await target.query(`DROP FUNCTION ${schema}.${EXPECTED}()`);
      return moved;
    });
  } catch (error) {
    await dropExpected(target, schema).catch(() => undefined);
    await thawGroup(source, group, count);
    throw error;
  }
}

/** @throws RefusedError */
async function placementAfter(target: ClientBase, group: number, count: number): Promise<Placement> {
  const found = await placementIn(target);
  const there = { count: found?.count ?? count, here: [...(found?.here ?? [])] };
  if (there.count !== count)
    throw new RefusedError(`the other database is made for ${there.count} groups, and not for ${count}`);
  const here = there.here.filter((each) => each !== group);
  if (here.length < there.here.length && !(await isExpected(target, schemaOf(group, count))))
    throw new RefusedError(`group ${group} is in the other database already`);
  return { count, here: [...here, group].sort((a, b) => a - b) };
}

/** Is in the group's new schema until the group is complete, so that a killed move is begun again. */
const EXPECTED = 'group_is_expected';

async function isExpected(target: ClientBase, schema: string): Promise<boolean> {
  const { rows } = await target.query<{ expected: boolean }>(
    'SELECT to_regproc($1) IS NOT NULL AS expected',
    [`${schema}.${EXPECTED}`],
  );
  return rows[0]!.expected;
}

/** Removes what a killed move began. Another schema of that name stays. */
async function dropExpected(target: ClientBase, schema: string): Promise<void> {
  if (await isExpected(target, schema)) await target.query(`DROP SCHEMA ${schema} CASCADE`);
}

async function expectGroup(target: ClientBase, schema: string): Promise<void> {
  await inTransaction(target, 'BEGIN', async () => {
    await dropExpected(target, schema);
    await target.query(`CREATE SCHEMA ${schema}`);
    await target.query(`CREATE FUNCTION ${schema}.${EXPECTED}() RETURNS void LANGUAGE sql AS ''`);
  });
}

async function copyAll(
  source: ClientBase,
  target: ClientBase,
  group: number,
  count: number,
): Promise<MovedGroup> {
  const schema = schemaOf(group, count);
  const tables = await tablesOf(target, [schema, 'library', 'payments']);
  const rows = await inTransaction(source, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', async () => {
    let copied = 0;
    for (const table of tables) {
      if (mergesBy(table) !== undefined) await mergeTable(source, target, table);
      else copied += await copyTable(source, target, table, rowsOfGroup(table, { schema, group, count }));
    }
    for (const { schema: of, name, lastValue, isCalled } of await sequencesOf(source, [schema])) {
      await target.query('SELECT setval($1, $2, $3)', [`${of}.${name}`, lastValue, isCalled]);
    }
    return copied;
  });
  const { differences, wallets } = await checkIntegrity(rowsOf(target), { schema });
  const { wallets: before } = await checkIntegrity(rowsOf(source), { schema });
  if (differences.length > 0 || wallets !== before)
    throw new RefusedError('the books of the group differ after the move');
  return { rows, wallets };
}

async function copyTable(
  source: ClientBase,
  target: ClientBase,
  { sql, columns }: Table,
  condition: string | undefined,
): Promise<number> {
  if (condition === undefined) return 0;
  const list = listOf(columns);
  const copy = () =>
    pour(source, `(SELECT ${list} FROM ${sql} WHERE ${condition})`, target, `${sql} (${list})`);
  // Other groups of the target write to the product's tables meanwhile, and those have no triggers.
  if (condition !== ALL) return copy();
  await target.query(`ALTER TABLE ${sql} DISABLE TRIGGER USER`);
  await target.query(`DELETE FROM ${sql}`);
  const copied = await copy();
  await target.query(`ALTER TABLE ${sql} ENABLE TRIGGER USER`);
  return copied;
}

/** Merges a table that serves every group: each of its rows exists once. */
async function mergeTable(source: ClientBase, target: ClientBase, table: Table): Promise<void> {
  const { sql, columns } = table;
  const list = listOf(columns);
  await target.query(`CREATE TEMP TABLE brought ON COMMIT DROP AS SELECT ${list} FROM ${sql} LIMIT 0`);
  await pour(source, `(SELECT ${list} FROM ${sql})`, target, `brought (${list})`);
  await target.query(
    `INSERT INTO ${sql} (${list}) SELECT ${list} FROM brought ON CONFLICT ${mergesBy(table)}`,
  );
  await target.query('DROP TABLE brought');
}

async function pour(source: ClientBase, from: string, target: ClientBase, to: string): Promise<number> {
  const into = target.query(copyFrom(`COPY ${to} FROM STDIN`));
  await pipeline(source.query(copyTo(`COPY ${from} TO STDOUT`)), into);
  return into.rowCount ?? 0;
}

function listOf(columns: readonly string[]): string {
  return columns.map((column) => pg.escapeIdentifier(column)).join(', ');
}
