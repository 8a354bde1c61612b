import type { Script } from './encodings.js';
import { LETTER_PAIRS } from './letter-pairs.js';

const STEPS_PER_NAT = 4;
const FIRST_STEP = '0'.charCodeAt(0);
const SCRIPTS: Record<string, Script> = {
  ar: 'arabic',
  be: 'cyrillic',
  bg: 'cyrillic',
  el: 'greek',
  fa: 'arabic',
  he: 'hebrew',
  mk: 'cyrillic',
  ru: 'cyrillic',
  sr: 'cyrillic',
  th: 'thai',
  uk: 'cyrillic',
};

/** How letters follow each other in a language. */
export class Language {
  readonly script: Script;
  readonly #letters: ReadonlyMap<string, number>;
  readonly #costs: Float32Array;
  readonly #size: number;

  constructor(readonly code: string) {
    const [letters = '', cells = ''] = LETTER_PAIRS[code]!;
    this.script = SCRIPTS[code] ?? 'latin';
    this.#letters = new Map(Array.from(letters, (letter, index) => [letter, index + 1]));
    this.#size = this.#letters.size + 1;
    this.#costs = Float32Array.from(cells, (cell) => (cell.charCodeAt(0) - FIRST_STEP) / STEPS_PER_NAT);
  }

  /** Its place in the table; 0 for what is not a letter, undefined for one of another language. */
  placeOf(lowerCase: string, isLetter: boolean): number | undefined {
    return isLetter ? this.#letters.get(lowerCase) : 0;
  }

  cost(before: number, after: number): number {
    return this.#costs[before * this.#size + after]!;
  }
}

export const LANGUAGES: readonly Language[] = Object.keys(LETTER_PAIRS).map((code) => new Language(code));

export function languageNamed(code: string): Language | undefined {
  return LANGUAGES.find((language) => language.code === code);
}
