import type { Block } from '../library/blocks.js';

export type Direction = 'ltr' | 'rtl';

/** Hebrew, Arabic, Syriac, Thaana, N'Ko and their like, and the signs that make a text run so. */
const RIGHT_TO_LEFT =
  '\\u0590-\\u08ff\\u200f\\u202b\\u202e\\u2067\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}';
const HAS_RTL = new RegExp(`[${RIGHT_TO_LEFT}]`, 'u');
const FIRST_LETTER = new RegExp(`[\\p{L}${RIGHT_TO_LEFT}]`, 'u');
/** A stretch of right-to-left words, with what stands between them. */
const STRETCH = new RegExp(`([${RIGHT_TO_LEFT}](?:[^\\p{L}\\n]*[${RIGHT_TO_LEFT}])*)`, 'u');

export function hasRightToLeft(text: string): boolean {
  return HAS_RTL.test(text);
}

/** The direction of a block: that of its first letter (UAX #9, P2). */
export function directionOf({ runs }: Pick<Block, 'runs'>): Direction {
  for (const { text } of runs) {
    const letter = FIRST_LETTER.exec(text)?.[0];
    if (letter !== undefined) return HAS_RTL.test(letter) ? 'rtl' : 'ltr';
  }
  return 'ltr';
}

/** Splits a text into parts of one direction each. */
export function splitByDirection(text: string): { text: string; direction: Direction }[] {
  if (!HAS_RTL.test(text)) return [{ text, direction: 'ltr' }];
  return text
    .split(STRETCH)
    .map((part, index) => ({ text: part, direction: index % 2 === 0 ? 'ltr' : 'rtl' }) as const)
    .filter((part) => part.text !== '');
}
