/**
 * Somebody's open transaction, of whatever driver or ORM: it runs a statement and answers the rows, or an object that
 * has them as `rows`.
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
