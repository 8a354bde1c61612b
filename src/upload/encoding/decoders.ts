import iconv from 'iconv-lite';

/** Where iconv-lite has another name for it. */
const ICONV_NAMES: Record<string, string> = {
  'x-mac-ce': 'maccenteuro',
  'x-mac-turkish': 'macturkish',
  'x-mac-croatian': 'maccroatian',
  'x-mac-romanian': 'macromania',
  'x-mac-icelandic': 'maciceland',
  'x-mac-greek': 'macgreek',
  'x-mac-thai': 'macthai',
};
/** Transports, and what is not a legacy encoding. */
const NO_LEGACY = /^(_|base64|hex|binary|internal|unicode|utf|ucs|cesu)/;
/** Here iconv-lite has the tables of before 1998, without the euro. */
const BY_PLATFORM = new Set(['macintosh', 'x-mac-cyrillic']);

/** The text in bytes of a legacy encoding, with U+FFFD where they mean nothing in it. */
export function decodeAs(encoding: string, bytes: Buffer): string {
  const text = rawText(encoding, bytes);
  // The only encoding that writes the tones of Vietnamese apart; everybody else expects whole letters.
  return encoding === 'windows-1258' ? text.normalize('NFC') : text;
}

/** What each of the 256 bytes means in an encoding of one byte a letter. */
export function letterTable(encoding: string): readonly string[] {
  return [...rawText(encoding, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))];
}

function rawText(encoding: string, bytes: Buffer): string {
  if (BY_PLATFORM.has(encoding)) return new TextDecoder(encoding).decode(bytes);
  return iconv.decode(bytes, ICONV_NAMES[encoding] ?? encoding, { stripBOM: false });
}

/** Whether iconv-lite knows it as an encoding of texts. */
export function isLegacy(encoding: string): boolean {
  if (BY_PLATFORM.has(encoding) || encoding in ICONV_NAMES) return true;
  return iconv.encodingExists(encoding) && !NO_LEGACY.test(encoding);
}

/** What stands for nothing a person wrote, in the output of a legacy decoder: unknown bytes, C1 controls, private use. */
export const NOTHING_WRITTEN = /[\ufffd\u0080-\u009f\ue000-\uf8ff]/;
