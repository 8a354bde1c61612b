import type { Table } from './catalog.js';

interface OfGroup {
  schema: string;
  group: number;
  count: number;
}

/** Whether a user id is one of the group's: by the first twelve bits of its SHA-256. In built-in functions alone, which anybody may call. */
export function isOfGroup(userId: string, { group, count }: OfGroup): string {
  const hash = `('x' || encode(substr(sha256(convert_to(${userId}, 'UTF8')), 1, 4), 'hex'))::bit(32)::int`;
  return `floor(((${hash} >> 20) & 4095) * ${count} / 4096.0) = ${group}`;
}

/** Which rows of a table go with the group; undefined: none do. */
export function rowsOfGroup(
  { schema, columns }: Pick<Table, 'schema' | 'columns'>,
  of: OfGroup,
): string | undefined {
  if (schema === of.schema) return 'true';
  if (columns.includes('user_id')) return isOfGroup('user_id', of);
  if (!columns.includes('purchase_id')) return undefined;
  return `purchase_id IN (SELECT id FROM payments.purchases WHERE ${isOfGroup('user_id', of)})`;
}
