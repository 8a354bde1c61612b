/** Those of a list that are marked; what was deleted meanwhile is in no list any more. */
export function chosenOf<T extends { id: string }>(list: T[] | undefined, marked: ReadonlySet<string>): T[] {
  return (list ?? []).filter(({ id }) => marked.has(id));
}

export function toggled(marked: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(marked);
  if (!next.delete(id)) next.add(id);
  return next;
}
