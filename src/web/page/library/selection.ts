import { inNaturalOrder } from '../parts/words.js';

interface Named {
  id: string;
  filename: string;
}

/**
 * Those of a list that are marked, in the order that somebody gave them; without one, and for those that came later,
 * by the names of their files, chapter 9 before chapter 10. What was deleted meanwhile is in no list any more.
 */
export function inOrder<T extends Named>(
  list: readonly T[],
  marked: ReadonlySet<string>,
  order: readonly string[],
): T[] {
  const place = ({ id }: T) => (order.includes(id) ? order.indexOf(id) : order.length);
  return list
    .filter(({ id }) => marked.has(id))
    .sort((one, other) => place(one) - place(other) || byName(one, other));
}

/** By name, and of two with one name always the same first. */
export function byName(one: Named, other: Named): number {
  return inNaturalOrder(one.filename, other.filename) || (one.id < other.id ? -1 : 1);
}

export function remarked(
  marked: ReadonlySet<string>,
  ids: readonly string[],
  isMarked: boolean,
): ReadonlySet<string> {
  const next = new Set(marked);
  for (const id of ids) {
    if (isMarked) next.add(id);
    else next.delete(id);
  }
  return next;
}

/** From the row that was clicked last to this one, both of them in it; only this one where the last is not shown. */
export function rangeTo(ids: readonly string[], last: string | null, id: string): readonly string[] {
  const from = last === null ? -1 : ids.indexOf(last);
  const to = ids.indexOf(id);
  return from < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** One place earlier or later. */
export function moved(ids: readonly string[], id: string, by: -1 | 1): readonly string[] {
  const at = ids.indexOf(id);
  const next = ids.filter((one) => one !== id);
  next.splice(Math.max(0, at + by), 0, id);
  return next;
}
