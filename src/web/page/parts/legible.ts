/** As many as the server takes of a reason; a name of a file may have any number. */
export const MOST_SHOWN = 500;
/** Nobody listens to more. */
const MOST_SAID = 120;
const SIGNS_OF_ITS_END = 40;

/** Whatever has a shape. */
const VISIBLE = /[^\s\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/u;
/** Letters that run from right to left, and the digits that go with them. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * What somebody wrote as it can be read: without signs that a page would obey instead of show. The words say so where
 * nothing is left that could be seen.
 */
export function legible(text: string): string {
  if (text !== '' && !VISIBLE.test(text)) return '(no visible name)';
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '');
}

/** Whether somebody typed what they read. */
export function isSameToRead(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => legible(text).replace(/\s+/g, ' ').trim());
  return a === b;
}

/** Its beginning and its end, which tells one file from another. */
export function shortened(text: string, most = MOST_SHOWN): string {
  if (text.length <= most) return text;
  const signs = [...text];
  if (signs.length <= most) return text;
  return `${signs.slice(0, most - SIGNS_OF_ITS_END).join('')}…${signs.slice(-SIGNS_OF_ITS_END).join('')}`;
}

/**
 * The same for a text that is heard, copied or asked about: between signs that keep its direction to itself (Unicode's
 * first strong isolate), where it has one of its own.
 */
export function written(text: string, most = MOST_SAID): string {
  const shown = shortened(legible(text), most);
  return RIGHT_TO_LEFT.test(shown) ? `\u2068${shown}\u2069` : shown;
}
