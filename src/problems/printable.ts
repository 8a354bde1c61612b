/**
 * What a terminal, a log viewer or a name shown to somebody would obey instead of show: control characters (C0, C1,
 * ESC), signs of direction and others without a shape of their own, separators of lines, halves of pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** What a line of the log is made of as a rule: ASCII, and the arrow in a wallet's. The way of the others takes 3 µs. */
const UNUSUAL = /[^\n -~→]/;

/** Text of somebody else's for a terminal: whatever is not printable as `\\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** JSON that says the same and has nothing unprintable in it. In it C0 are escaped already; line feeds part its lines. */
export function printableJson(json: string): string {
  if (!UNUSUAL.test(json)) return json;
  return json.replace(UNPRINTABLE, (character) => (character < ' ' ? character : escaped(character)));
}

/** A name of somebody else's to be shown as text: joiners of letters stay, they belong to words. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '');
}

/** By UTF-16 units, as JSON has them. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}
