import type { ListOptions } from '../api/use-list.js';
import type { Entry } from '../api/types.js';
import { MOST_SHOWN, written } from '../parts/legible.js';

const idOf = ({ id }: Entry): string => id;

/** A refund is an entry of its own, and shows on the charge that it gives back; once, however often it is told. */
function amend(entry: Entry, newer: readonly Entry[]): Entry {
  const back = newer.filter(({ id, reverses }) => reverses === entry.id && !entry.reversedBy.includes(id));
  if (back.length === 0) return entry;
  const reversedBy = [...entry.reversedBy, ...back.map(({ id }) => id)];
  if (entry.refunded === null) return { ...entry, reversedBy };
  return { ...entry, reversedBy, refunded: back.reduce((sum, { amount }) => sum + amount, entry.refunded) };
}

const told = new WeakMap<Entry, Entry>();

/** As it stands in words of ours: what it was for keeps its direction to itself. Most are the very same. */
export function inOurWords(entry: Entry): Entry {
  // A server of another version may not tell it.
  const description = entry.description && written(entry.description, MOST_SHOWN);
  if (description === entry.description) return entry;
  const made = told.get(entry) ?? { ...entry, description };
  told.set(entry, made);
  return made;
}

/** For any list of ledger entries. */
export const ENTRIES: ListOptions<Entry> = { idOf, amend };

/** For those of one's own wallet, of which the stream tells. */
export const OWN_ENTRIES: ListOptions<Entry> = { ...ENTRIES, told: ({ entries }) => entries };
