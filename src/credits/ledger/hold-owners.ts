import type { Operation, Outcome } from './operation.js';

const REMEMBERED = 50_000;

/**
 * Whose the holds are that this process made and has not resolved yet, so that a capture rides in its wallet's lane
 * and the database need not look the owner up. Only a help: whoever is forgotten is looked up.
 */
export class HoldOwners {
  readonly #owners = new Map<string, string>();

  /** The operation, with the owner of its hold if that is known here. */
  told(operation: Operation): Operation {
    const owner = operation.hold_id === undefined ? undefined : this.#owners.get(operation.hold_id);
    return owner === undefined ? operation : { ...operation, user_id: owner };
  }

  learn(operations: readonly Operation[], outcomes: readonly Outcome[]): void {
    for (let index = 0; index < outcomes.length; index += 1) {
      const { verb, hold_id } = operations[index]!;
      const { code, id, userId } = outcomes[index]!;
      if (verb === 'hold' && code === 'done') this.#remember(id!, userId);
      else if (hold_id !== undefined && verb !== 'extend' && code !== 'busy') this.#owners.delete(hold_id);
    }
  }

  #remember(hold: string, owner: string): void {
    this.#owners.set(hold, owner);
    if (this.#owners.size <= REMEMBERED) return;
    const [oldest] = this.#owners.keys();
    this.#owners.delete(oldest!);
  }
}
