import type { Operation, Outcome, Verb } from './operation.js';

/** A hold's id ends in random digits (see `newId`); the last four of them say where it is remembered. */
const PLACES = 16 ** 4;

/** After them the hold runs on. */
const GOES_ON: ReadonlySet<Verb> = new Set<Verb>(['extend', 'raise', 'take']);

/**
 * Whose the holds are that this process made and has not resolved yet, so that a capture rides in its wallet's lane
 * and the database need not look the owner up. Only a help: a hold whose place another one took is looked up. (Not a
 * Map, for the reason that Lanes gives.)
 */
export class HoldOwners {
  readonly #places = new Array<{ hold: string; owner: string } | undefined>(PLACES).fill(undefined);

  /** Writes the owner of the operation's hold into it; whether that is known here. */
  tell(operation: Operation): boolean {
    const { hold_id } = operation;
    if (hold_id === undefined || operation.user_id !== undefined) return false;
    const known = this.#places[placeOf(hold_id)];
    if (known?.hold !== hold_id) return false;
    operation.user_id = known.owner;
    return true;
  }

  learn(operations: readonly Operation[], outcomes: readonly Outcome[]): void {
    for (let index = 0; index < outcomes.length; index += 1) {
      const { verb, hold_id } = operations[index]!;
      const { code, id, userId } = outcomes[index]!;
      if (verb === 'hold' && code === 'done') this.#places[placeOf(id!)] = { hold: id!, owner: userId };
      else if (hold_id !== undefined && !GOES_ON.has(verb) && code !== 'busy') this.#forget(hold_id);
    }
  }

  #forget(hold: string): void {
    const place = placeOf(hold);
    if (this.#places[place]?.hold === hold) this.#places[place] = undefined;
  }
}

function placeOf(hold: string): number {
  return Number.parseInt(hold.slice(-4), 16);
}
