import type { Operation, Outcome, OutcomeCode, Verb } from './operation.js';

type Counts = Partial<Record<OutcomeCode, number>>;

/**
 * How often each verb had each outcome, since the process began and as the database answered: a caller's transaction
 * may still roll back, and a call that found its wallet locked (`busy`) comes again with another outcome.
 */
export class Tally {
  readonly #counts: Partial<Record<Verb, Counts>> = {};
  /** Statements that carried them: how many ride together is the one number by the other. */
  statements = 0;

  count(operations: readonly Operation[], outcomes: readonly Outcome[]): void {
    this.statements += 1;
    for (let index = 0; index < outcomes.length; index += 1) {
      const counts = (this.#counts[operations[index]!.verb] ??= {});
      const { code } = outcomes[index]!;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  }

  *[Symbol.iterator](): Generator<{ verb: string; outcome: string; count: number }> {
    for (const [verb, counts] of Object.entries(this.#counts)) {
      for (const [outcome, count] of Object.entries(counts)) yield { verb, outcome, count };
    }
  }
}
