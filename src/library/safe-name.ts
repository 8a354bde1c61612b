const MAX_CHARACTERS = 100;
/** What no file system likes in a name, and what makes one look like another: signs of direction. */
// eslint-disable-next-line no-control-regex
const UNWANTED = /[\u0000-\u001f\u007f-\u009f"*/:<>?\\|\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** What somebody called a thing, in signs that no file system, header or eye is deceived by. */
export function printableName(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(UNWANTED, ' ').replace(/\s+/g, ' ').trim();
}

/** A name that any file system takes; never a path. */
export function safeName(text: string): string {
  const short = [...printableName(text)].slice(0, MAX_CHARACTERS).join('');
  const name = short.replace(/^[. ]+|[. ]+$/g, '');
  if (name === '') return 'untitled';
  return RESERVED.test(name) ? `_${name}` : name;
}
