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

/** The same of an id of ours, or of a name that ends in one: it has those twelve bits in it. */
function isIdOfGroup(id: string, { group, count }: OfGroup): string {
  const bits = `('x' || substr(right(${id}::text, 36), 16, 3))::bit(12)::int`;
  return `floor(${bits} * ${count} / 4096.0) = ${group}`;
}

/** Where the id stands in tables that say no user. */
const ID_OF: Record<string, string> = {
  reversals: 'purchase_id',
  demo_checkouts: 'purchase_id',
  demo_reversals: 'checkout',
  demo_subscriptions: 'ref',
};

/** Which rows of a table go with the group; undefined: none do. */
export function rowsOfGroup(
  { schema, name, columns }: Pick<Table, 'schema' | 'name' | 'columns'>,
  of: OfGroup,
): string | undefined {
  if (schema === of.schema) return 'true';
  // Money that came for a purchase of nobody's is of the group of its id.
  if (name === 'purchases') return `COALESCE(${isOfGroup('user_id', of)}, ${isIdOfGroup('id', of)})`;
  if (columns.includes('user_id')) return isOfGroup('user_id', of);
  const id = ID_OF[name];
  return id === undefined ? undefined : isIdOfGroup(id, of);
}

/** Which rows of a table those of the group refer to, as others may: they stay, and are there, too. Undefined: none. */
export function rowsBesideGroup({ name }: Pick<Table, 'name'>, of: OfGroup): string | undefined {
  if (name !== 'plan_terms') return undefined;
  return `id IN (SELECT terms FROM payments.subscriptions WHERE ${isOfGroup('user_id', of)}
                 UNION SELECT terms FROM payments.purchases WHERE ${isOfGroup('user_id', of)})`;
}
