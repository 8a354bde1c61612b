/**
 * What a terminal, a log viewer or a name shown to somebody would obey instead of show: control characters (C0, C1,
 * ESC), signs of direction and others without a shape of their own, separators of lines, halves of pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** In JSON, C0 are escaped already; line feeds stand between its lines. */
const UNPRINTABLE_IN_JSON = /[\u007f-\u{10ffff}]/u;

/** Text of somebody else's for a terminal: whatever is not printable as `\\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** JSON that says the same and has nothing unprintable in it. Nearly all of it is ASCII, and returned as it is. */
export function printableJson(json: string): string {
  if (!UNPRINTABLE_IN_JSON.test(json)) return json;
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
