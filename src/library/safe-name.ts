/** File systems allow 255 bytes; this leaves some for an extension and the number of a copy. */
const MAX_BYTES = 240;
const MAX_CHARACTERS = 100;
/** Characters that file systems refuse, and direction marks, which make one name look like another. */
// eslint-disable-next-line no-control-regex
const UNWANTED = /[\u0000-\u001f\u007f-\u009f"*/:<>?\\|\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Names of devices on Windows, whatever follows the first dot. */
const RESERVED = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])\s*(\.|$)/i;

const letters = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** A client's name for something, in characters that deceive no file system, header or reader. */
export function printableName(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(UNWANTED, ' ').replace(/\s+/g, ' ').trim();
}

/** A name that any file system takes; never a path. */
export function safeName(text: string): string {
  const name = shortened(printableName(text)).replace(/^[. ]+|[. ]+$/g, '');
  if (name === '') return 'untitled';
  return RESERVED.test(name) ? `_${name}` : name;
}

/** Cuts no letter in two unless the letter alone is too long: some carry a hundred marks. */
function shortened(name: string): string {
  const few = name.slice(0, 4 * MAX_BYTES);
  const whole = upTo(Array.from(letters.segment(few), ({ segment }) => segment));
  return whole === '' ? upTo([...few]) : whole;
}

function upTo(parts: string[]): string {
  let [short, bytes] = ['', 0];
  for (const part of parts.slice(0, MAX_CHARACTERS)) {
    bytes += Buffer.byteLength(part);
    if (bytes > MAX_BYTES) break;
    short += part;
  }
  return short;
}
