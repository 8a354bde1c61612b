import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A text of SQL and the name under which a schema remembers it. */
export interface SqlFile {
  name: string;
  sql: string;
}

export function readSqlFile(path: string): SqlFile {
  return { name: basename(path), sql: readFileSync(path, 'utf8') };
}

/** Those of a folder, in the order of their names. */
export function readSqlFiles(folder: string): SqlFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => readSqlFile(join(folder, name)));
}
