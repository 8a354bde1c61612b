import type { Entry } from '../api/types.js';

export const idOf = ({ id }: Entry): string => id;

/** A refund is an entry of its own, and shows on the charge that it gives back. */
export function amend(entry: Entry, newer: readonly Entry[]): Entry {
  const back = newer.filter(({ reverses }) => reverses === entry.id);
  if (back.length === 0) return entry;
  return { ...entry, refunded: back.reduce((sum, { amount }) => sum + amount, entry.refunded ?? 0) };
}
