/** As much of a list as is known, newest first. */
export interface Rows<T> {
  rows: T[];
  /** To the rest of it; null where there is no more. */
  cursor: string | null;
}

/**
 * The newest rows as they are now, and below them those that were known before. Where the two do not meet, the
 * newest begin the list anew.
 */
export function mergeTop<T>(
  top: Rows<T>,
  known: Rows<T> | null,
  idOf: (row: T) => string,
  amend: (row: T, newer: readonly T[]) => T = (row) => row,
): Rows<T> {
  const last = top.rows.at(-1);
  if (top.cursor === null || known === null || last === undefined) return top;
  const meeting = known.rows.findIndex((row) => idOf(row) === idOf(last));
  if (meeting < 0) return top;
  const before = new Set(known.rows.map(idOf));
  const newer = top.rows.filter((row) => !before.has(idOf(row)));
  const older = known.rows.slice(meeting + 1).map((row) => amend(row, newer));
  return { rows: [...top.rows, ...older], cursor: known.cursor };
}

/** Rows that came or changed, laid over the list they belong to; `told` may have more, for what it says about others. */
export function mergeTold<T>(
  known: Rows<T>,
  { rows, told }: { rows: readonly T[]; told: readonly T[] },
  idOf: (row: T) => string,
  amend: (row: T, newer: readonly T[]) => T = (row) => row,
): Rows<T> {
  const changed = new Map(rows.map((row) => [idOf(row), row]));
  const before = new Set(known.rows.map(idOf));
  const newer = rows.filter((row) => !before.has(idOf(row)));
  const older = known.rows.map((row) => changed.get(idOf(row)) ?? amend(row, told));
  // What is drawn of a list is drawn anew only where it is another.
  if (newer.length === 0 && older.every((row, index) => row === known.rows[index])) return known;
  return { rows: [...newer, ...older], cursor: known.cursor };
}

/** The same list where none of it goes. */
export function without<T>(known: Rows<T>, goes: (row: T) => boolean): Rows<T> {
  return known.rows.some(goes) ? { ...known, rows: known.rows.filter((row) => !goes(row)) } : known;
}

/** Instead of a cursor: what came after these rows was known once and was let go. */
const LET_GO = '';

export function firstOf<T>({ rows }: Rows<T>, amount: number): Rows<T> {
  return { rows: rows.slice(0, amount), cursor: LET_GO };
}

/** What to ask for so many rows more: those that were let go are read again from the top, for no cursor leads to them. */
export function readingOn<T>({ rows, cursor }: Rows<T>, wanted: number) {
  return cursor === LET_GO ? { wanted: rows.length + wanted, cursor: null } : { wanted, cursor };
}

/** What is known with what was read on. */
export function joined<T>(known: Rows<T>, next: Rows<T>, idOf: (row: T) => string): Rows<T> {
  const read = new Set(next.rows.map(idOf));
  // Told while it was read, where it was read from the top.
  const others = known.rows.filter((row) => !read.has(idOf(row)));
  return { rows: [...others, ...next.rows], cursor: next.cursor };
}
