const MAX_CHARACTERS = 100;
/** What no file system likes in a name, and what makes one look like another: signs of direction. */
// eslint-disable-next-line no-control-regex
const UNWANTED = /[\u0000-\u001f\u007f-\u009f"*/:<>?\\|\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A name that any file system takes, made of what somebody called a thing; never a path. */
export function safeName(text: string): string {
  const printable = text.toWellFormed().normalize('NFC').replace(UNWANTED, ' ').replace(/\s+/g, ' ');
  const short = [...printable.trim()].slice(0, MAX_CHARACTERS).join('');
  const name = short.replace(/^[. ]+|[. ]+$/g, '');
  if (name === '') return 'untitled';
  return RESERVED.test(name) ? `_${name}` : name;
}

/** The extension apart; `.profile` has none. */
export function withoutExtension(filename: string): string {
  return filename.replace(/(?<=.)\.[^.]{1,8}$/, '');
}

/** Names within a folder, no two of them alike even where capitals do not count. */
export class UniqueNames {
  readonly #taken = new Set<string>();

  take(name: string, extension: string): string {
    for (let copy = 1; ; copy += 1) {
      const candidate = `${copy === 1 ? name : `${name} (${copy})`}.${extension}`;
      const key = candidate.toLowerCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return candidate;
    }
  }
}
