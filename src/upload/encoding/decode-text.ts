import { NOTHING_WRITTEN, decodeAs } from './decoders.js';
import { likeliestEncoding } from './likeliest.js';
import { binaryFormatOf, markedAs } from './marks.js';
import { NotTextError } from './not-text.error.js';
import { decodeSevenBit, isSevenBit, sevenBitEncodingOf } from './seven-bit.js';
import { decodeUtf8 } from './utf8.js';
import { decodeWide, isWide, unmarkedWide } from './wide.js';

export interface DecodedText {
  text: string;
  encoding: string;
}

/** Ctrl-Z ended a text under CP/M and DOS, and filled its last block. */
const DOS_END = '\u001a';

/**
 * The text in some bytes: by the encoding that is named (a name of `encodingNamed`), else by its byte order mark, else
 * as one of the encodings that write everything in seven bits, else as UTF-8 if that breaks at a few places at most,
 * else by the likeliest legacy encoding.
 *
 * @throws NotTextError
 */
export function decodeText(bytes: Buffer, named?: string): DecodedText {
  const format = binaryFormatOf(bytes);
  if (format !== undefined) throw new NotTextError(`it is ${format}`);
  if (named !== undefined) return { text: decodeMarked(bytes, named), encoding: named };
  const marked = markedAs(bytes);
  if (marked !== undefined) return { text: decodeMarked(bytes, marked), encoding: marked };
  return decodeUnmarked(bytes);
}

function decodeMarked(bytes: Buffer, encoding: string): string {
  const marked = markedAs(bytes);
  if (marked === 'utf-8' && encoding !== 'utf-8') throw new NotTextError('it begins with the mark of UTF-8');
  const text = decodeIn(encoding, bytes);
  if (text === undefined) throw new NotTextError(`too much of it is not ${encoding}`);
  return checked(text);
}

function decodeUnmarked(bytes: Buffer): DecodedText {
  if (bytes.includes(0) && !hasDosEnd(bytes.subarray(-4096).toString('latin1'))) {
    // UTF-16 and UTF-32 without a mark and every binary format have NUL bytes; a text in any other encoding has none.
    const wide = unmarkedWide(bytes);
    if (wide === undefined) throw new NotTextError('it has NUL bytes, as a binary file does');
    return { text: checked(decodeWide(wide, bytes)!), encoding: wide };
  }
  const utf8 = decodeUtf8(bytes);
  const encoding = utf8 === undefined ? likeliestEncoding(bytes) : (sevenBitIn(bytes, utf8) ?? 'utf-8');
  return { text: checked(encoding === 'utf-8' ? utf8! : decodeIn(encoding, bytes)!), encoding };
}

/** Only where there is nothing beyond ASCII can ASCII mean something else. */
function sevenBitIn(bytes: Buffer, utf8: string): string | undefined {
  return utf8.length === bytes.length ? sevenBitEncodingOf(bytes) : undefined;
}

/** @throws NotTextError where a legacy encoding leaves something that nobody wrote */
function decodeIn(encoding: string, bytes: Buffer): string | undefined {
  if (encoding === 'utf-8') return decodeUtf8(bytes);
  if (isWide(encoding)) return decodeWide(encoding, bytes);
  const text = isSevenBit(encoding) ? decodeSevenBit(encoding, bytes) : decodeAs(encoding, bytes);
  if (NOTHING_WRITTEN.test(text) || !text.isWellFormed())
    throw new NotTextError(`it has bytes that mean nothing in ${encoding}`);
  return text.replace(/^\ufeff/, '');
}

/** Control characters other than white space do not occur in texts people read. */
function checked(read: string): string {
  const text = withoutDosEnd(read);
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text))
    throw new NotTextError('it has control characters');
  if (text.trim() === '') throw new NotTextError('it has no text in it');
  return text;
}

function hasDosEnd(text: string): boolean {
  return withoutDosEnd(text) !== text;
}

/** From the end on: a pattern that looks for it from the beginning tries each sign of a long run anew. */
function withoutDosEnd(text: string): string {
  let end = text.length;
  // eslint-disable-next-line no-control-regex
  while (end > 0 && /[\0\u001a\s]/.test(text[end - 1]!)) end -= 1;
  const filling = text.indexOf(DOS_END, end);
  return filling < 0 ? text : text.slice(0, filling);
}
