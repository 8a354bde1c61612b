import type { ClientBase } from 'pg';

/** A table as the database describes it; this code knows none by name. */
export interface Table {
  schema: string;
  name: string;
  /** Quoted, for statements. */
  sql: string;
  /** The columns that can be written, so not the generated ones. */
  columns: string[];
  estimatedRows: number;
}

export interface Sequence {
  schema: string;
  name: string;
  lastValue: string;
  isCalled: boolean;
}

/** Every schema that our migrations have made: each has a table of them (credits/ledger/migrate.ts). */
const SCHEMAS_SQL = `
  SELECT n.nspname AS schema
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relname = 'migrations' AND c.relkind = 'r'
     AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
         = '{applied_at,checksum,name}'
   ORDER BY n.nspname`;

/** All tables with rows of their own, partitions included, except the tables of migrations. */
const TABLES_SQL = `
  SELECT n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS sql,
         GREATEST(c.reltuples, 0)::float8 AS "estimatedRows",
         (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND n.nspname = ANY ($1) AND c.relname <> 'migrations'
   ORDER BY n.nspname, c.relname`;

const SEQUENCES_SQL = `
  SELECT n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS sql
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'S' AND n.nspname = ANY ($1) ORDER BY n.nspname, c.relname`;

const REFERENCES_SQL = `
  SELECT format('%I.%I', tn.nspname, t.relname) AS "from", format('%I.%I', fn.nspname, f.relname) AS "to"
    FROM pg_constraint r
    JOIN pg_class t ON t.oid = r.conrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_class f ON f.oid = r.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
   WHERE r.contype = 'f' AND r.conrelid <> r.confrelid`;

export async function schemasOfOurs(client: ClientBase): Promise<string[]> {
  return (await client.query<{ schema: string }>(SCHEMAS_SQL)).rows.map(({ schema }) => schema);
}

/** The numbered migrations of a schema, in order. */
export async function migrationsOf(client: ClientBase, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM ${client.escapeIdentifier(schema)}.migrations WHERE name ~ '^\\d' ORDER BY name COLLATE "C"`,
  );
  return rows.map(({ name }) => name);
}

/** Sorts each table after those it refers to, because an owner cannot switch off foreign keys. */
export async function tablesOf(client: ClientBase, schemas: readonly string[]): Promise<Table[]> {
  const { rows: tables } = await client.query<Table>(TABLES_SQL, [schemas]);
  const { rows: references } = await client.query<{ from: string; to: string }>(REFERENCES_SQL);
  const ordered: Table[] = [];
  const place = (table: Table, above: readonly Table[]) => {
    if (ordered.includes(table)) return;
    if (above.includes(table)) throw new Error(`${table.sql} refers to itself by way of other tables`);
    for (const { from, to } of references) {
      const referred = from === table.sql && tables.find(({ sql }) => sql === to);
      if (referred) place(referred, [...above, table]);
    }
    ordered.push(table);
  };
  for (const table of tables) place(table, []);
  return ordered;
}

export async function sequencesOf(client: ClientBase, schemas: readonly string[]): Promise<Sequence[]> {
  const { rows } = await client.query<{ schema: string; name: string; sql: string }>(SEQUENCES_SQL, [
    schemas,
  ]);
  const sequences: Sequence[] = [];
  for (const { schema, name, sql } of rows) {
    const found = await client.query<Omit<Sequence, 'schema' | 'name'>>(
      `SELECT last_value::text AS "lastValue", is_called AS "isCalled" FROM ${sql}`,
    );
    sequences.push({ schema, name, ...found.rows[0]! });
  }
  return sequences;
}
