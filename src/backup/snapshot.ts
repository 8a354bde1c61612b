import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { SHELVES, type Shelf } from '../library/shelves.js';
import type { ArchiveWriter } from './archive-writer.js';
import { RefusedError } from './backup-error.js';
import { migrationsOf, schemasOfOurs, sequencesOf, tablesOf, type Table } from './catalog.js';
import { entryOf, type Manifest, type StoredTable } from './manifest.js';
import { inTransaction } from './session.js';

/** A row that has a file. */
export interface ShelfRow {
  shelf: Shelf;
  id: string;
  sha256: string;
}

export interface Snapshot extends Pick<
  Manifest,
  'postgresql' | 'takenAt' | 'migrations' | 'tables' | 'sequences'
> {
  shelfRows: ShelfRow[];
}

interface RowProgress {
  begin(estimatedRows: number): void;
  report(rows: number): void;
}

/**
 * Copies every row of all our tables as of one instant, while everything runs. The snapshot ends before the files are
 * copied, because an open snapshot keeps the server from vacuuming.
 */
export function copySnapshot(
  client: ClientBase,
  archive: ArchiveWriter,
  progress: RowProgress,
): Promise<Snapshot> {
  return inTransaction(client, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', async () => {
    const { rows } = await client.query<{ postgresql: string; takenAt: Date }>(
      `SELECT current_setting('server_version') AS postgresql, now() AS "takenAt"`,
    );
    const schemas = await schemasOfOurs(client);
    if (schemas.length === 0) throw new RefusedError('This database has no tables of creditgate to back up');
    const migrations: Manifest['migrations'] = {};
    for (const schema of schemas) migrations[schema] = await migrationsOf(client, schema);
    const tables = await tablesOf(client, schemas);
    progress.begin(tables.reduce((sum, { estimatedRows }) => sum + estimatedRows, 0));
    const stored: StoredTable[] = [];
    let rowsSoFar = 0;
    for (const table of tables) {
      stored.push(await copyTable(client, archive, table));
      progress.report((rowsSoFar += stored.at(-1)!.rows));
    }
    const sequences = await sequencesOf(client, schemas);
    const shelfRows = await readShelves(client, tables);
    const { postgresql, takenAt } = rows[0]!;
    return { postgresql, takenAt: takenAt.toISOString(), migrations, tables: stored, sequences, shelfRows };
  });
}

async function copyTable(client: ClientBase, archive: ArchiveWriter, table: Table): Promise<StoredTable> {
  const { schema, name, columns } = table;
  const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const source = client.query(copyTo(`COPY ${table.sql} (${list}) TO STDOUT`));
  // Each row is one line: COPY escapes line feeds within.
  const { lines } = await archive.add(entryOf(table), source, { compress: true });
  return { schema, name, columns, rows: lines };
}

async function readShelves(client: ClientBase, tables: readonly Table[]): Promise<ShelfRow[]> {
  const found: ShelfRow[] = [];
  for (const shelf of SHELVES) {
    if (!tables.some(({ sql }) => sql === shelf.table)) continue;
    const { rows } = await client.query<{ id: string; sha256: string }>(
      `SELECT id, sha256 FROM ${shelf.table} ORDER BY id`,
    );
    for (const row of rows) found.push({ shelf, ...row });
  }
  return found;
}
