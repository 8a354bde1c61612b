import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { ArchiveReader } from './archive-reader.js';
import type { Progress } from './back-up.js';
import { BackupError } from './backup-error.js';
import { tablesOf } from './catalog.js';
import { entryOf, type StoredTable } from './manifest.js';

/** Loads every row as it was. Triggers that watch edits by hand do not apply. */
export async function loadRows(
  client: ClientBase,
  archive: ArchiveReader,
  progress: Progress,
): Promise<void> {
  const { tables, sequences, migrations, deletedMeanwhile } = archive.manifest;
  await requireEveryTable(client, tables, Object.keys(migrations));
  progress.begin(
    'rows',
    tables.reduce((sum, { rows }) => sum + rows, 0),
  );
  let rowsSoFar = 0;
  for (const table of tables) {
    await loadTable(client, archive, table);
    progress.report((rowsSoFar += table.rows));
  }
  for (const { schema, name, lastValue, isCalled } of sequences) {
    await client.query('SELECT setval($1, $2, $3)', [quoted(client, { schema, name }), lastValue, isCalled]);
  }
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const { table, id } of deletedMeanwhile)
    await client.query(`DELETE FROM ${table} WHERE id = $1`, [id]);
  for (const table of tables) await client.query(`ANALYZE ${quoted(client, table)}`);
}

/** Refuses a table that is missing on either side: a part of the books would be lost unnoticed. */
async function requireEveryTable(
  client: ClientBase,
  stored: readonly StoredTable[],
  schemas: readonly string[],
): Promise<void> {
  const told = ({ schema, name }: Named) => `${schema}.${name}`;
  const made = (await tablesOf(client, schemas)).map(told);
  const kept = stored.map(told);
  const unknown = kept.find((table) => !made.includes(table));
  if (unknown !== undefined) throw new BackupError(`no migration makes its table ${unknown}`);
  const missing = made.find((table) => !kept.includes(table));
  if (missing !== undefined) throw new BackupError(`the table ${missing} is not in it`);
}

async function loadTable(client: ClientBase, archive: ArchiveReader, table: StoredTable): Promise<void> {
  const sql = quoted(client, table);
  const columns = table.columns.map((column) => client.escapeIdentifier(column)).join(', ');
  await client.query(`ALTER TABLE ${sql} DISABLE TRIGGER USER`);
  // Rows that a migration inserted come from the backup instead.
  await client.query(`DELETE FROM ${sql}`);
  const into = client.query(copyFrom(`COPY ${sql} (${columns}) FROM STDIN`));
  await archive.pour(entryOf(table), into);
  await client.query(`ALTER TABLE ${sql} ENABLE TRIGGER USER`);
  if (into.rowCount === table.rows) return;
  throw new BackupError(`${sql} has ${into.rowCount} rows instead of ${table.rows}`);
}

interface Named {
  schema: string;
  name: string;
}

function quoted(client: ClientBase, { schema, name }: Named): string {
  return `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`;
}
