import { isProgram, type Entry, type HoldStatement } from '../credits/index.js';

// What is an operator's to know: the names of staff, of logins to the database, of whoever had work begun.

export function withoutActor<T extends HoldStatement>({
  actor: _,
  ...hold
}: T & { actor: unknown }): HoldStatement {
  return hold;
}

/** The owner learns what kind of somebody it was. */
export function toldToOwner(entry: Entry): Entry & { actor: 'you' | 'operator' | 'system' } {
  return { ...entry, actor: doerOf(entry) };
}

function doerOf({ kind, actor }: Entry): 'you' | 'operator' | 'system' {
  // Work is begun by whoever uses the wallet, its owner or somebody of theirs.
  if (kind === 'charge') return 'you';
  return actor === null || isProgram(actor) ? 'system' : 'operator';
}
