import { expect, test } from '@jest/globals';
import { clientOnOwnDatabase } from '../support/own-database.js';
import { expectRecorded } from './recorded.js';

const [client] = await clientOnOwnDatabase();

const OURS = `n.nspname NOT IN ('information_schema', 'public') AND n.nspname NOT LIKE 'pg\\_%'`;

/** One line for each thing there is, in the words of PostgreSQL. */
const PARTS = [
  `SELECT format('%s.%s %s %s%s%s', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                 CASE WHEN a.attnotnull THEN ' NOT NULL' END,
                 ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)) AS line
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND ${OURS}`,
  `SELECT format('%s.%s CONSTRAINT %s %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) AS line
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype <> 'n' AND ${OURS}`,
  `SELECT pg_get_indexdef(i.indexrelid) AS line
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm') AND ${OURS}`,
  `SELECT pg_get_triggerdef(t.oid) AS line
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND ${OURS}`,
  `SELECT format('FUNCTION %s.%s(%s) RETURNS %s%s', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid),
                 pg_get_function_result(p.oid), CASE WHEN p.prosecdef THEN ' SECURITY DEFINER' END) AS line
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OURS}`,
];

test('the tables and functions are those that are recorded', async () => {
  const lines: string[] = [];
  for (const part of PARTS) {
    const { rows } = await client.query<{ line: string }>(`${part} ORDER BY 1`);
    expect(rows.length).toBeGreaterThan(0);
    lines.push(...rows.map(({ line }) => line.replace(/\s+/g, ' ')).sort(), '');
  }
  await expectRecorded('test/recorded/schema.txt', lines.join('\n'));
});
