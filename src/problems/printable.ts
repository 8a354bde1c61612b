/**
 * Characters that a terminal, a log viewer or a text renderer would obey instead of show: control characters (C0, C1,
 * ESC), direction marks and other invisible ones, line separators, and lone surrogates.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Fast path: most log lines are ASCII, plus the arrow in a wallet's line. The slow path takes 3 µs. */
const UNUSUAL = /[^\n -~→]/;

/** Foreign text for a terminal: unprintable characters become escapes such as `\\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** The same JSON without unprintable characters. JSON already escapes C0; line feeds separate its lines. */
export function printableJson(json: string): string {
  if (!UNUSUAL.test(json)) return json;
  return json.replace(UNPRINTABLE, (character) => (character < ' ' ? character : escaped(character)));
}

/** A foreign name to show as text. Joiners between letters stay, because they belong to words. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '');
}

/** One escape for each UTF-16 unit, as in JSON. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}
