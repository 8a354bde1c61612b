import type { ClientBase } from 'pg';
import { placementIn, schemaOf } from '../credits/plumbing.js';
import { RefusedError } from './backup-error.js';
import { tablesOf } from './catalog.js';
import { isOfGroup, rowsOfGroup } from './rows-of-group.js';
import { inTransaction } from './session.js';

const NAME = 'group_has_moved';

/**
 * From now on every write to the group, and to its users' files and purchases, gets the answer of a server that is
 * away: 503. Making a trigger takes a lock, so it waits for current writers.
 */
export async function freezeGroup(client: ClientBase, group: number, count: number): Promise<void> {
  const schema = schemaOf(group, count);
  await inTransaction(client, 'BEGIN', async () => {
    await client.query(`
      CREATE OR REPLACE FUNCTION ${schema}.${NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'group ${group} moves to another server' USING ERRCODE = 'lock_not_available';
      END $$`);
    for (const { sql, columns, schema: of } of await tablesOf(client, [schema, 'library', 'payments'])) {
      if (of === schema) {
        await client.query(`CREATE OR REPLACE TRIGGER ${NAME} BEFORE INSERT OR UPDATE OR DELETE ON ${sql}
                            FOR EACH ROW EXECUTE FUNCTION ${schema}.${NAME}()`);
      } else if (columns.includes('user_id')) {
        for (const [event, row] of [
          ['INSERT', 'NEW'],
          ['UPDATE OR DELETE', 'OLD'],
        ] as const) {
          await client.query(`CREATE OR REPLACE TRIGGER ${NAME}_${group}_${row} BEFORE ${event} ON ${sql}
                              FOR EACH ROW WHEN (${isOfGroup(`${row}.user_id`, { schema, group, count })})
                              EXECUTE FUNCTION ${schema}.${NAME}()`);
        }
      }
    }
  });
}

/** The group stays where it is. */
export async function thawGroup(client: ClientBase, group: number, count: number): Promise<void> {
  await client.query(`DROP FUNCTION IF EXISTS ${schemaOf(group, count)}.${NAME}() CASCADE`);
}

/**
 * Removes what a group left at its former place, once no instance asks for it there. Otherwise its users' documents
 * would outlive their erasure.
 *
 * @throws RefusedError if the group has not moved from here
 */
export async function dropMovedGroup(client: ClientBase, group: number): Promise<void> {
  const count = (await placementIn(client))?.count ?? 1;
  const schema = schemaOf(group, count);
  const { rows } = await client.query<{ hasMoved: boolean }>(
    'SELECT to_regproc($1) IS NOT NULL AS "hasMoved"',
    [`${schema}.${NAME}`],
  );
  if (rows[0]?.hasMoved !== true)
    throw new RefusedError(`group ${group} has not moved away from this database`);
  await inTransaction(client, 'BEGIN', async () => {
    await thawGroup(client, group, count);
    const tables = await tablesOf(client, ['library', 'payments']);
    // Rows that refer to others go first.
    for (const table of tables.reverse()) {
      const condition = rowsOfGroup(table, { schema, group, count });
      if (condition !== undefined) await client.query(`DELETE FROM ${table.sql} WHERE ${condition}`);
    }
    await client.query(`DROP SCHEMA ${schema} CASCADE`);
  });
}
