/* eslint-disable no-control-regex -- these encodings are made of control characters */
import { NOTHING_WRITTEN } from './decoders.js';
import { decodeHz, hasHzSigns, shiftedOut } from './two-byte-signs.js';

const UTF7_SIGNS = /\+([A-Za-z0-9+/]+)-?/g;
const UTF7_PLUS = /\+([A-Za-z0-9+/]*)-?/g;
/** This many in a row are not a coincidence. */
const ENOUGH_RUNS = 1000;
const RUNS_FOR_EACH_OTHER = 3;
/** Sixteen signs hold six letters. */
const LONG_RUN = 16;
const ONE_SCRIPT =
  /^([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u3002、-。，]+|[\p{Script=Hangul} ]+|[\p{Script=Cyrillic} ]+|[\p{Script=Greek} ]+|[\p{Script=Thai} ]+|[\p{Script=Arabic} ]+|[\p{Script=Hebrew} ]+)$/u;
const WRITTEN = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\ufeff]+$/u;

interface SevenBitEncoding {
  name: string;
  /** What no other text has. */
  isIn: (ascii: string, bytes: Buffer) => boolean;
  decode: (bytes: Buffer) => string;
}

/** Encodings that write everything with the bytes of ASCII: such bytes are valid UTF-8, too, but mean something else. */
const SEVEN_BIT: readonly SevenBitEncoding[] = [
  {
    name: 'iso-2022-jp',
    isIn: (ascii) => /\x1b(\$[@B]|\$\(D|\([JI])/.test(ascii),
    decode: (bytes) => new TextDecoder('iso-2022-jp').decode(bytes),
  },
  {
    name: 'iso-2022-kr',
    isIn: (ascii) => ascii.includes('\x1b$)C'),
    decode: (bytes) => shiftedOut(bytes, '\x1b$)C', 'euc-kr'),
  },
  {
    name: 'iso-2022-cn',
    isIn: (ascii) => ascii.includes('\x1b$)A'),
    decode: (bytes) => shiftedOut(bytes, '\x1b$)A', 'gb18030'),
  },
  {
    name: 'hz-gb-2312',
    isIn: (_, bytes) => hasHzSigns(bytes) && !NOTHING_WRITTEN.test(decodeHz(bytes)),
    decode: decodeHz,
  },
  { name: 'utf-7', isIn: isUtf7, decode: decodeUtf7 },
];

export function sevenBitEncodingOf(bytes: Buffer): string | undefined {
  const ascii = bytes.toString('latin1');
  return SEVEN_BIT.find(({ isIn }) => isIn(ascii, bytes))?.name;
}

export function isSevenBit(encoding: string): boolean {
  return SEVEN_BIT.some(({ name }) => name === encoding);
}

export function decodeSevenBit(encoding: string, bytes: Buffer): string {
  return SEVEN_BIT.find(({ name }) => name === encoding)!.decode(bytes);
}

/** A run that is not whole becomes U+FFFD, and the text is refused. */
function decodeUtf7(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(UTF7_PLUS, (_, signs: string) => (signs === '' ? '+' : (runIn(signs) ?? '\ufffd')));
}

/** The letters in a run of UTF-7, without a bit to spare. */
function runIn(signs: string): string | undefined {
  const units = Buffer.from(signs, 'base64');
  const isWhole = units.length % 2 === 0 && units.toString('base64').replace(/=+$/, '') === signs;
  const text = isWhole ? units.swap16().toString('utf16le') : '';
  return WRITTEN.test(text) ? text : undefined;
}

/** Nearly every plus begins signs that are letters: in whole, or long enough in one script to see what was meant. */
function isUtf7(ascii: string): boolean {
  let [runs, others] = [0, 0];
  for (const [, signs = ''] of ascii.replaceAll('+-', '').matchAll(UTF7_SIGNS)) {
    const run = runIn(signs);
    if (run === undefined ? isDamagedRun(signs) : /[^\x00-\x7f]/.test(run)) runs += 1;
    else if (run === undefined) others += 1;
    if (runs === ENOUGH_RUNS) break;
  }
  return runs > 0 && others * RUNS_FOR_EACH_OTHER <= runs && !/\+(?![A-Za-z0-9+/-])/.test(ascii);
}

function isDamagedRun(signs: string): boolean {
  const beginning = Buffer.from(signs.slice(0, LONG_RUN), 'base64');
  return signs.length >= LONG_RUN && ONE_SCRIPT.test(beginning.swap16().toString('utf16le'));
}
