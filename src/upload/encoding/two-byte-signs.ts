import { decodeAs } from './decoders.js';

const [NEW_LINE, SHIFT_OUT, SHIFT_IN] = [0x0a, 0x0e, 0x0f];
const [TILDE, BRACE, CLOSING_BRACE] = [0x7e, 0x7b, 0x7d];
/** Begins nothing and ends nothing in any of the encodings: U+FFFD, so the text is refused. */
const MEANS_NOTHING = 0xff;

/**
 * After "shift out" the two bytes of a sign stand without their high bits, until "shift in" or the end of the line. All of it
 * is put together in one buffer: as many small decodings as there are runs would take all memory.
 */
export function shiftedOut(bytes: Buffer, designation: string, encoding: string): string {
  const plain = Buffer.from(bytes.toString('latin1').replaceAll(designation, ''), 'latin1');
  const raised = new Raised(plain.length);
  let isOut = false;
  for (const byte of plain) {
    const isEnd = isOut && (byte === SHIFT_IN || byte === NEW_LINE);
    if (isEnd) {
      raised.endRun();
      isOut = false;
    }
    if (!isOut && byte === SHIFT_OUT) isOut = true;
    else if (!isEnd || byte === NEW_LINE) raised.add(byte, isOut && byte !== SHIFT_OUT);
  }
  if (isOut) raised.endRun();
  return decodeAs(encoding, raised.bytes());
}

/** Between `~{` and `~}` likewise; `~~` is a tilde, and one at the end of a line joins it to the next. */
export function decodeHz(ascii: Buffer): string {
  const raised = new Raised(ascii.length);
  for (let at = 0; at < ascii.length; at += 1) {
    const next = ascii[at] === TILDE ? ascii[at + 1] : undefined;
    const end = next === BRACE ? endOfSigns(ascii, at + 2) : undefined;
    if (end !== undefined) {
      for (let sign = at + 2; sign < end; sign += 1) raised.add(ascii[sign]!, true);
      raised.endRun();
      at = end + 1;
    } else if (next === TILDE || next === NEW_LINE) {
      if (next === TILDE) raised.add(TILDE, false);
      at += 1;
    } else raised.add(ascii[at]!, false);
  }
  return decodeAs('gb18030', raised.bytes());
}

export function hasHzSigns(ascii: Buffer): boolean {
  for (let at = ascii.indexOf('~{'); at >= 0; at = ascii.indexOf('~{', at + 2)) {
    if (endOfSigns(ascii, at + 2) !== undefined) return true;
  }
  return false;
}

/** Where the two-byte signs end that begin here, if `~}` is there and at least one of them. */
function endOfSigns(ascii: Buffer, start: number): number | undefined {
  let at = start;
  while (isBetween(ascii[at], 0x21, 0x77) && isBetween(ascii[at + 1], 0x21, 0x7e)) at += 2;
  return at > start && ascii[at] === TILDE && ascii[at + 1] === CLOSING_BRACE ? at : undefined;
}

function isBetween(byte: number | undefined, low: number, high: number): boolean {
  return byte !== undefined && byte >= low && byte <= high;
}

/** Bytes for a decoder of two-byte signs, which wants their high bits. No more are written than are read. */
class Raised {
  readonly #bytes: Buffer;
  #length = 0;
  #inRun = 0;

  constructor(most: number) {
    this.#bytes = Buffer.alloc(most);
  }

  add(byte: number, isOfSign: boolean): void {
    this.#bytes[this.#length++] = isOfSign ? byte | 0x80 : byte;
    if (isOfSign) this.#inRun += 1;
  }

  /** Half a sign would take the byte behind the run for its other half. */
  endRun(): void {
    if (this.#inRun % 2 === 1) this.#bytes[this.#length++] = MEANS_NOTHING;
    this.#inRun = 0;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
