import { afterAll, describe, expect, test } from '@jest/globals';
import { decodeText } from '../../src/upload/encoding/decode-text.js';
import { NotTextError } from '../../src/upload/encoding/not-text.error.js';
import { ENCODINGS, decodedBy, encoded } from './encoded.js';
import { ENGLISH, PARAGRAPHS } from './texts.js';

const LATE = 'The wind came from the sea and nobody was surprised.\n'.repeat(6_000);

/** What people's files have beside one language in one encoding. */
const SHAPES: Record<string, (paragraph: string) => string> = {
  pure: (paragraph) => paragraph,
  'with English': (paragraph) => `${ENGLISH}\r\n\r\n${paragraph}\r\n\r\n${ENGLISH}\r\n`,
  'late, after 300 kB of English': (paragraph) => LATE + paragraph,
  'a sentence': (paragraph) => `${paragraph.split(/(?<=[.?。؟])/)[0]!}\n`,
};

/** What happens to files on their way. */
const DAMAGE: Record<string, (bytes: Buffer) => Buffer> = {
  'a byte lost': (bytes) => Buffer.concat([bytes.subarray(0, at(bytes)), bytes.subarray(at(bytes) + 1)]),
  'a byte changed to FF': (bytes) => changed(bytes, 0xff),
  'a byte changed to 80': (bytes) => changed(bytes, 0x80),
  'cut off in a letter': (bytes) =>
    bytes.subarray(
      0,
      bytes.findLastIndex((byte) => byte > 0x7f),
    ),
};
const at = (bytes: Buffer) => bytes.findIndex((byte, index) => index > bytes.length / 3 && byte > 0x7f);
const changed = (bytes: Buffer, byte: number) => {
  const other = Buffer.from(bytes);
  other[at(bytes)] = byte;
  return other;
};

const tried: Record<string, { texts: number; refused: number }> = {};
afterAll(() => {
  process.stdout.write(`${JSON.stringify(tried)}\n`);
});

/** The Latin letters of windows-1256 are in the places they have in windows-1252, and nobody writes with them alone. */
const encodingsFor = (language: string) =>
  ENCODINGS.filter((name) => name !== 'windows-1256' || language === 'ar');

function read(bytes: Buffer, how: string): string | undefined {
  const count = (tried[how] ??= { texts: 0, refused: 0 });
  count.texts += 1;
  try {
    return decodeText(bytes).text;
  } catch (error) {
    if (!(error instanceof NotTextError)) throw error;
    count.refused += 1;
    return undefined;
  }
}

/** Where a language's own encodings are, nobody should have to name them. */
const USUAL: Record<string, string[]> = {
  de: ['windows-1252', 'iso-8859-1', 'iso-8859-15', 'windows-1250', 'cp437', 'cp850', 'macintosh'],
  fr: ['windows-1252', 'iso-8859-15', 'cp850', 'macintosh'],
  es: ['windows-1252', 'macintosh'],
  pl: ['windows-1250', 'iso-8859-2', 'cp852', 'x-mac-ce'],
  cs: ['windows-1250', 'iso-8859-2', 'cp852', 'x-mac-ce'],
  tr: ['windows-1254', 'iso-8859-9', 'cp857'],
  ru: ['windows-1251', 'koi8-r', 'iso-8859-5', 'cp866', 'x-mac-cyrillic'],
  uk: ['windows-1251', 'koi8-u', 'x-mac-cyrillic'],
  el: ['windows-1253', 'iso-8859-7', 'cp737'],
  he: ['windows-1255'],
  ar: ['windows-1256'],
  th: ['windows-874'],
  vi: ['windows-1258'],
  ja: ['shift_jis', 'euc-jp'],
  zh: ['gb18030'],
  'zh-hant': ['big5'],
  ko: ['euc-kr'],
};

describe('a text in its encoding', () => {
  test.each(Object.entries(USUAL))('in %s is read without being told which: %p', (language, encodings) => {
    const typewritten = PARAGRAPHS[language]!.replace(/[„“”’–—«»]/g, '"');
    for (const encoding of encodings) {
      const bytes = encoded(typewritten, encoding)!;
      expect([encoding, decodeText(bytes).text]).toEqual([encoding, typewritten]);
    }
  });

  describe.each(Object.keys(PARAGRAPHS))('in %s', (language) => {
    test.each(Object.keys(SHAPES))('%s: is read to the letter, or refused', (shape) => {
      const text = SHAPES[shape]!(PARAGRAPHS[language]!);
      for (const encoding of encodingsFor(language)) {
        const bytes = encoded(text, encoding);
        if (bytes === undefined) continue;
        const result = read(bytes, shape);
        if (result !== undefined) expect([encoding, result]).toEqual([encoding, text]);
      }
    });

    test.each(Object.keys(DAMAGE))('%s: is what its own encoding makes of it, or refused', (damage) => {
      for (const encoding of encodingsFor(language)) {
        const whole = encoded(PARAGRAPHS[language]!, encoding);
        if (whole === undefined) continue;
        const bytes = DAMAGE[damage]!(whole);
        const result = read(bytes, damage);
        if (result === undefined) continue;
        expect([encoding, result]).toEqual([encoding, decodedBy(encoding, bytes)]);
        if (!encoding.startsWith('utf-')) expect(result).not.toMatch(/[\ufffd\u0080-\u009f]/);
      }
    });
  });
});
