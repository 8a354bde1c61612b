import { MAX_CHARACTERS } from '../library/blocks.js';
import { tooComplex } from './package.js';

export const MAX_RUNS = 500_000;
/** Of UTF-16: a character has two at most. */
const MAX_UNITS = MAX_CHARACTERS * 2;

/** Limits text while it is gathered: table rows and notes are held in memory until their end. */
export class TextBudget {
  #units = 0;
  #runs = 0;

  /** @throws FileRefusal file_too_complex */
  spend(units: number, runs: number): void {
    this.#units += units;
    this.#runs += runs;
    if (this.#units > MAX_UNITS) throw tooComplex(`There are more than ${MAX_CHARACTERS} characters.`);
    if (this.#runs > MAX_RUNS) throw tooComplex(`The formatting changes more than ${MAX_RUNS} times.`);
  }
}
