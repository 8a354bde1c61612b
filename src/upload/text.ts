import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import type { Block } from '../library/blocks.js';

/** Why some bytes are no text we can use. */
export class NotTextError extends Error {
  override name = 'NotTextError';
}

export interface DecodedText {
  text: string;
  encoding: string;
}

export interface TextFacts {
  title: string;
  characters: number;
  words: number;
  paragraphs: number;
  blocks: Block[];
}

/** First bytes of what people upload as .txt by mistake. */
const BINARY_MAGIC: readonly [string, Buffer][] = [
  ['a PDF', Buffer.from('%PDF-')],
  ['a ZIP archive (or DOCX)', Buffer.from([0x50, 0x4b, 0x03, 0x04])],
  ['an executable', Buffer.from([0x7f, 0x45, 0x4c, 0x46])],
  ['an RTF document', Buffer.from('{\\rtf')],
];
const BYTE_ORDER_MARKS: readonly [string, Buffer][] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-32le', Buffer.from([0xff, 0xfe, 0x00, 0x00])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];
const SNIFFED_BYTES = 256 * 1024;
const MIN_CONFIDENCE = 10;
const MAX_TITLE_CHARACTERS = 200;

/**
 * The text in some bytes: by its byte order mark, else as UTF-8 if it is that without fault, else by the likeliest
 * legacy encoding.
 *
 * @throws NotTextError
 */
export function decodeText(bytes: Buffer): DecodedText {
  const magic = BINARY_MAGIC.find(([, start]) => bytes.subarray(0, start.length).equals(start));
  if (magic !== undefined) throw new NotTextError(`this is ${magic[0]}, not a text`);
  const mark = BYTE_ORDER_MARKS.find(([, start]) => bytes.subarray(0, start.length).equals(start));
  if (mark !== undefined) return checked(iconv.decode(bytes, mark[0]), mark[0]);
  // UTF-16 without a mark and every binary format have NUL bytes; a text in any other encoding has none.
  if (bytes.includes(0))
    throw new NotTextError('there are NUL bytes in it: a binary file, or UTF-16 without a mark');
  try {
    return checked(new TextDecoder('utf-8', { fatal: true }).decode(bytes), 'utf-8');
  } catch (error) {
    if (error instanceof NotTextError) throw error;
    return checked(...decodeLegacy(bytes));
  }
}

function decodeLegacy(bytes: Buffer): [text: string, encoding: string] {
  const likeliest = analyse(bytes.subarray(0, SNIFFED_BYTES)).find(
    ({ name, confidence }) => confidence >= MIN_CONFIDENCE && iconv.encodingExists(name) && name !== 'UTF-8',
  );
  if (likeliest === undefined) throw new NotTextError('no text encoding fits it');
  return [iconv.decode(bytes, likeliest.name), likeliest.name.toLowerCase()];
}

/** Control characters other than white space do not occur in texts people read. */
function checked(text: string, encoding: string): DecodedText {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text))
    throw new NotTextError('there are control characters in it');
  if (text.trim() === '') throw new NotTextError('there is no text in it');
  return { text, encoding };
}

/** Paragraphs stand apart by blank lines; in a text without any, each line is one. */
export function readText(text: string): TextFacts {
  const plain = text.replace(/\r\n?/g, '\n').trim();
  const parts = plain.split(/\n\s*\n/);
  const paragraphs = (parts.length > 1 ? parts : plain.split('\n')).filter((part) => part.trim() !== '');
  const [firstLine = ''] = plain.split('\n', 1);
  return {
    title: firstLine.trim().slice(0, MAX_TITLE_CHARACTERS).toWellFormed(),
    // Code points: a pair of surrogates is one character.
    characters: plain.length - count(plain, /[\ud800-\udbff][\udc00-\udfff]/g),
    words: count(plain, /\S+/g),
    paragraphs: paragraphs.length,
    blocks: paragraphs.map((part) => ({ type: 'paragraph', runs: [{ text: part }] })),
  };
}

/** Without an array of all matches: a text may have millions. */
function count(text: string, pattern: RegExp): number {
  let matches = 0;
  while (pattern.exec(text) !== null) matches += 1;
  return matches;
}
