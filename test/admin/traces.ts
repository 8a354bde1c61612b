import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Product } from '../app/product.js';

/** Every table of ours with a row that has this text in it. */
export async function tablesWith({ sql }: Product, text: string): Promise<string[]> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('credits', 'library', 'payments')`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const { rowCount } = await sql.query(`SELECT FROM ${name} t WHERE strpos(to_jsonb(t)::text, $1) > 0`, [
      text,
    ]);
    if (rowCount! > 0) found.push(name);
  }
  return found;
}

export function filesIn({ dataDir }: Product, folder: string): string[] {
  const path = join(dataDir, 'files', folder);
  return existsSync(path) ? readdirSync(path) : [];
}
