/** A letter of these that a font lacks is a rare one, and becomes an empty box. */
const WITH_FONTS = new RegExp(
  `^[${[
    ...['Latin', 'Greek', 'Cyrillic', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Devanagari', 'Bengali'],
    ...['Tamil', 'Thai', 'Khmer', 'Ethiopic', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Bopomofo'],
    ...['Common', 'Inherited'],
  ]
    .map((script) => `\\p{Script=${script}}`)
    .join('')}]$`,
  'u',
);

/** By Unicode name, with the common name if it differs. */
const NAMES: Record<string, string> = {
  ...Object.fromEntries(
    'Telugu Kannada Malayalam Gujarati Sinhala Lao Tibetan Mongolian Javanese Balinese Cherokee Syriac Thaana Tifinagh Sundanese Batak Buginese Cham Coptic Glagolitic Gothic Lepcha Limbu Lisu Meetei_Mayek New_Tai_Lue Ogham Ol_Chiki Osmanya Runic Samaritan Saurashtra Syloti_Nagri Tagalog Tai_Le Tai_Tham Tai_Viet Vai Yi Adlam Newa Osage Hanifi_Rohingya Egyptian_Hieroglyphs Cuneiform'
      .split(' ')
      .map((script) => [script, script.replaceAll('_', ' ')]),
  ),
  Myanmar: 'Burmese',
  Gurmukhi: 'Punjabi (Gurmukhi)',
  Oriya: 'Odia',
  Nko: 'N’Ko',
  Canadian_Aboriginal: 'Canadian syllabics',
};

/** The script of a letter that no font here can set as it should be; undefined for any other sign. */
export function scriptWithoutFont(sign: string): string | undefined {
  if (!/[\p{L}\p{M}]/u.test(sign) || WITH_FONTS.test(sign)) return undefined;
  const script = Object.keys(NAMES).find((name) => new RegExp(`\\p{Script=${name}}`, 'u').test(sign));
  return script === undefined
    ? `the script of U+${sign.codePointAt(0)!.toString(16).toUpperCase()}`
    : NAMES[script]!;
}
