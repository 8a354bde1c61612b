/** A power of two up to this: twelve bits of every id would tell of more, but no server is bettered by more schemas. */
export const MOST_GROUPS = 1_024;

/** How many groups of wallets there are, and which of them one database has. */
export interface Placement {
  count: number;
  here: readonly number[];
}

export const ONE_GROUP: Placement = { count: 1, here: [0] };

export function allIn(count: number): Placement {
  return { count, here: Array.from({ length: count }, (_, group) => group) };
}

export function isGroupCount(count: number): boolean {
  if (!Number.isSafeInteger(count) || count < 1 || count > MOST_GROUPS) return false;
  return Number.isInteger(Math.log2(count));
}

/** Where the one ledger lives, and where else what people read of several. */
export const HOME = 'credits';

/** The schema of a group. */
export function schemaOf(group: number, count: number): string {
  return count === 1 ? HOME : `${HOME}_${String(group).padStart(4, '0')}`;
}

export function schemasIn({ count, here }: Placement): string[] {
  return here.map((group) => schemaOf(group, count));
}
