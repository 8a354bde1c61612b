/**
 * An open transaction of any driver or ORM. `query` runs a statement and resolves with the rows, or with an object that has
 * them as `rows`.
 */
export interface Transaction {
  query(sql: string, values: unknown[]): Promise<unknown>;
}

/**
 * TypeORM answers an UPDATE that returns rows with these and their count.
 *
 * @throws TypeError when the answer is neither rows nor `{ rows }`
 */
export function rowsOf<Row>(answer: unknown): Row[] {
  const rows = Array.isArray(answer) ? answer : (answer as { rows?: unknown } | undefined)?.rows;
  if (Array.isArray(rows)) return (Array.isArray(rows[0]) ? rows[0] : rows) as Row[];
  throw new TypeError('a transaction has query(sql, values), which answers rows or { rows }');
}
