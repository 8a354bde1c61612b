/** File systems count bytes and take 255; some are left for an extension and the number of a copy. */
const MAX_BYTES = 240;
const MAX_CHARACTERS = 100;
/** What no file system likes in a name, and what makes one look like another: signs of direction. */
// eslint-disable-next-line no-control-regex
const UNWANTED = /[\u0000-\u001f\u007f-\u009f"*/:<>?\\|\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** To Windows a device, whatever follows the first full stop. */
const RESERVED = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])\s*(\.|$)/i;

const letters = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** What somebody called a thing, in signs that no file system, header or eye is deceived by. */
export function printableName(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(UNWANTED, ' ').replace(/\s+/g, ' ').trim();
}

/** A name that any file system takes; never a path. */
export function safeName(text: string): string {
  const name = shortened(printableName(text)).replace(/^[. ]+|[. ]+$/g, '');
  if (name === '') return 'untitled';
  return RESERVED.test(name) ? `_${name}` : name;
}

/** No letter is cut in two, unless it alone is too long: some have a hundred marks. */
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
