import { isProgram, type Entry, type HoldStatement } from '../credits/index.js';

// What only operators may know: the names of staff, of database logins, and of those who had work done.

export function withoutActor<T extends HoldStatement>({
  actor: _,
  ...hold
}: T & { actor: unknown }): HoldStatement {
  return hold;
}

/** The owner learns only what kind of actor it was. */
export function toldToOwner(entry: Entry): Entry & { actor: 'you' | 'operator' | 'system' } {
  return { ...entry, actor: doerOf(entry) };
}

function doerOf({ kind, actor }: Entry): 'you' | 'operator' | 'system' {
  // Work is started by those who use the wallet: its owner or their people.
  if (kind === 'charge') return 'you';
  return actor === null || isProgram(actor) ? 'system' : 'operator';
}
