import { useMemo } from 'preact/hooks';
import type { TableRow } from '../parts/table.js';

/**
 * Rows of a table, made once for each thing that they are about: the words of a row take longer than all else when a
 * list gets one more.
 *
 * @param made whatever else a row is made of; when it changes, all are made anew
 * @param names by the things' order, where they depend on the neighbours
 */
export function useRows<T extends object>(
  things: readonly T[],
  rowOf: (thing: T, name: string) => TableRow,
  made: readonly unknown[] = [],
  names: readonly string[] = [],
): TableRow[] {
  const known = useMemo(() => new WeakMap<T, { name: string; row: TableRow }>(), made);
  return things.map((thing, index) => {
    const name = names[index] ?? '';
    const before = known.get(thing);
    if (before?.name === name) return before.row;
    const row = rowOf(thing, name);
    known.set(thing, { name, row });
    return row;
  });
}
