import iconv from 'iconv-lite';

const WIDE = ['utf-32le', 'utf-32be', 'utf-16le', 'utf-16be'] as const;
export type WideEncoding = (typeof WIDE)[number];

const FAMILIAR = new Set(Array.from('\n\r、。，').map((sign) => sign.charCodeAt(0)));
/** They look like swapped letters of ASCII. */
const OFTEN_IN_CHINESE = new Set(Array.from('一最').map((sign) => sign.charCodeAt(0)));
const NO_SIGN = /[\ufffd\p{Cn}\p{Co}\p{Cs}]/u;
/** Where a mark says what it is, a few signs may be none. */
const MOST_NO_SIGNS = 1 / 50;
/** A few lines: a scrap of any binary format may look like a few signs. */
const LEAST_UNMARKED_BYTES = 400;
const LEAST_FAMILIAR_FOR_EACH_SWAPPED = 20;

const [WRITTEN, NONE] = [1, 2];
const knownSigns = new Uint8Array(0x10000);

export function isWide(encoding: string): encoding is WideEncoding {
  return (WIDE as readonly string[]).includes(encoding);
}

/** UTF-16 or UTF-32 without a mark: there is enough of it, nothing in it may be no sign, and the order of the bytes shows in what every text has. */
export function unmarkedWide(bytes: Buffer): WideEncoding | undefined {
  if (bytes.length < LEAST_UNMARKED_BYTES) return undefined;
  return WIDE.find((encoding) => {
    if (bytes.length % (is32(encoding) ? 4 : 2) !== 0) return false;
    if (is32(encoding) && bytes[encoding === 'utf-32le' ? 3 : 0] !== 0) return false;
    const text = decodeWide(encoding, bytes);
    return text !== undefined && !NO_SIGN.test(text) && Array.from(text.slice(0, 4096)).some(isFamiliarSign);
  });
}

/**
 * The text, with U+FFFD where it is cut off in a sign; undefined where more than a few signs are none, or where a byte
 * was lost and the rest is shifted.
 */
export function decodeWide(encoding: WideEncoding, bytes: Buffer): string | undefined {
  const text = is32(encoding) ? iconv.decode(bytes, encoding) : new TextDecoder(encoding).decode(bytes);
  let [noSigns, familiar, swapped] = [0, 0, 0];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (isFamiliar(unit)) familiar += 1;
    else if (isFamiliar((unit >> 8) | ((unit & 0xff) << 8)) && !OFTEN_IN_CHINESE.has(unit)) swapped += 1;
    if (unit > 0x7f && isNoSign(text, index, unit)) noSigns += 1;
  }
  const isShifted = swapped * LEAST_FAMILIAR_FOR_EACH_SWAPPED > familiar;
  return isShifted || noSigns > 1 + text.length * MOST_NO_SIGNS ? undefined : text;
}

function is32(encoding: WideEncoding): boolean {
  return encoding.startsWith('utf-32');
}

function isFamiliar(unit: number): boolean {
  return (unit >= 0x20 && unit < 0x7f) || FAMILIAR.has(unit);
}

function isFamiliarSign(sign: string): boolean {
  return isFamiliar(sign.charCodeAt(0));
}

function isNoSign(text: string, index: number, unit: number): boolean {
  if ((unit & 0xfc00) === 0xdc00) return (text.charCodeAt(index - 1) & 0xfc00) !== 0xd800;
  if ((unit & 0xfc00) === 0xd800) return NO_SIGN.test(String.fromCodePoint(text.codePointAt(index)!));
  knownSigns[unit] ||= NO_SIGN.test(String.fromCharCode(unit)) ? NONE : WRITTEN;
  return knownSigns[unit] === NONE;
}
