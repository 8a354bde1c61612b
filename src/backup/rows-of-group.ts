import type { Table } from './catalog.js';

interface OfGroup {
  schema: string;
  group: number;
  count: number;
}

/** Columns that end in the id of a purchase, such as `demo_sub_<id>`, by the tables that have no other mark. */
const NAMES_A_PURCHASE: Record<string, string> = {
  'payments.reversals': 'purchase_id',
  'payments.demo_checkouts': 'purchase_id',
  'payments.demo_reversals': 'checkout',
  'payments.demo_subscriptions': 'ref',
};

/** What every database has that has a group, and what becomes of a row that is there already. */
const SHARED: Record<string, string> = {
  'payments.plan_terms': '(id) DO UPDATE SET price_ref = COALESCE(plan_terms.price_ref, excluded.price_ref)',
  'payments.watches': 'DO NOTHING',
};

/** Whether a user id is one of the group's: by the first twelve bits of its SHA-256. In built-in functions alone, which anybody may call. */
export function isOfGroup(userId: string, of: OfGroup): string {
  const hash = `('x' || encode(substr(sha256(convert_to(${userId}, 'UTF8')), 1, 4), 'hex'))::bit(32)::int`;
  return haveBits(`((${hash} >> 20) & 4095)`, of);
}

/** The condition of a table that is the group's own. */
export const ALL = 'true';

/** Which rows of a table go with the group; undefined: none do. */
export function rowsOfGroup(
  { schema, name, columns }: Pick<Table, 'schema' | 'name' | 'columns'>,
  of: OfGroup,
): string | undefined {
  if (schema === of.schema) return ALL;
  const purchase = NAMES_A_PURCHASE[`${schema}.${name}`];
  if (purchase !== undefined) return isIdOfGroup(`right(${purchase}::text, 36)`, of);
  if (!columns.includes('user_id')) return undefined;
  const isUsers = isOfGroup('user_id', of);
  // Money that came for nobody we know has an id all the same.
  return name === 'purchases' ? `COALESCE(${isUsers}, ${isIdOfGroup('id::text', of)})` : isUsers;
}

/** For a table whose rows serve all groups: what to do with one that is there already. Undefined for others. */
export function mergesBy({ schema, name }: Pick<Table, 'schema' | 'name'>): string | undefined {
  return SHARED[`${schema}.${name}`];
}

/** By the twelve bits that stand in each id of a wallet (docs/design.md). */
function isIdOfGroup(id: string, of: OfGroup): string {
  return haveBits(`('x' || substr(${id}, 16, 3))::bit(12)::int`, of);
}

function haveBits(bits: string, { group, count }: OfGroup): string {
  return `floor(${bits} * ${count} / 4096.0) = ${group}`;
}
