import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { decodeText } from '../../src/upload/encoding/decode-text.js';
import { encodingNamed } from '../../src/upload/encoding/names.js';
import { PARAGRAPHS } from './texts.js';

const french = PARAGRAPHS.fr!;
const russian = PARAGRAPHS.ru!;
const utf8 = (text: string) => Buffer.from(text);
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));
/** As Java and others write signs beyond the first 65,536: each half on its own. */
const cesu8 = (sign: string) =>
  Array.from({ length: sign.length }, (_, half) => {
    const unit = sign.charCodeAt(half);
    return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)];
  }).flat();
const withoutHighBits = (encoded: Buffer) => encoded.map((byte) => byte & 0x7f).toString();

type Row = [what: string, bytes: Buffer, encoding: string, text: string];

describe('UTF-8 comes first', () => {
  test.each<Row>([
    ['one broken byte', bytes(russian, [0xff], '\n'), 'utf-8', `${russian}\ufffd\n`],
    [
      'a letter that is cut at the end',
      utf8(russian).subarray(0, -2),
      'utf-8',
      `${russian.slice(0, -2)}\ufffd`,
    ],
    [
      'Latin letters of another file in the middle',
      bytes(french, [0xe9], ' ', french),
      'utf-8',
      `${french}\ufffd ${french}`,
    ],
    ['emoji as two surrogates', bytes('Élève ', cesu8('👉'), cesu8('🌊'), ' été'), 'utf-8', 'Élève 👉🌊 été'],
    ['a mark', bytes('\ufeff', french), 'utf-8', french],
    [
      'decomposed letters, which stay as they are',
      utf8('한글 が'.normalize('NFD')),
      'utf-8',
      '한글 が'.normalize('NFD'),
    ],
  ])('with %s', (_what, given, encoding, text) => expect(decodeText(given)).toEqual({ encoding, text }));

  test('but not where every second letter is broken', () => {
    const halfBroken = Buffer.from(utf8(russian).map((byte, index) => (index % 3 === 0 ? 0xff : byte)));
    expect(() => decodeText(halfBroken)).toThrow();
  });
});

describe('what has only seven bits is what it is', () => {
  const japanese = '暗い夜でした。雨が降っていました。';
  const jis = `\x1b$B${withoutHighBits(iconv.encode(japanese, 'euc-jp'))}\x1b(B`;
  const hz = (text: string) => `~{${withoutHighBits(iconv.encode(text, 'gb2312'))}~}`;

  test.each<Row>([
    ['ISO-2022-JP', latin1(`${jis}\nThe end.\n`), 'iso-2022-jp', `${japanese}\nThe end.\n`],
    [
      'ISO-2022-KR',
      latin1(`\x1b$)C\x0e${withoutHighBits(iconv.encode('한국어', 'euc-kr'))}\x0f ok\n`),
      'iso-2022-kr',
      '한국어 ok\n',
    ],
    ['HZ', latin1(`Title ~~\n${hz('中文')}, ${hz('你好')}`), 'hz-gb-2312', 'Title ~\n中文, 你好'],
    [
      'UTF-7',
      iconv.encode('Ein Märchen über 1 + 1 – größer', 'utf-7'),
      'utf-7',
      'Ein Märchen über 1 + 1 – größer',
    ],
    [
      'ASCII with pluses',
      utf8('C++ and +49 30 1234, a+b, 2+2-3 and +- and GMT+0100'),
      'utf-8',
      'C++ and +49 30 1234, a+b, 2+2-3 and +- and GMT+0100',
    ],
    ['ASCII with tildes and braces', utf8('~{x} and ~~ and {~}'), 'utf-8', '~{x} and ~~ and {~}'],
  ])('%s', (_what, given, encoding, text) => expect(decodeText(given)).toEqual({ encoding, text }));
});

describe('old files', () => {
  const dos = 'Größe, Übermut, schön und häßlich, süß.\n\n'.repeat(3);
  const quotes = 'She said “no” – twice.\n';
  const late = 'It was a dark night and the rain fell.\n'.repeat(8000);
  const framed = `╔══════════════════╗\n║ Привет, это меню ║\n╚══════════════════╝\n${russian}`.replace(
    /[«»–]/g,
    '"',
  );

  test.each<[what: string, bytes: Buffer, text: string]>([
    [
      'quotes of windows-1252 late in a long file',
      iconv.encode(late + quotes, 'windows-1252'),
      late + quotes,
    ],
    [
      'Russian late in a long file',
      iconv.encode(late + 'Привет, это конец истории.', 'koi8-r'),
      `${late}Привет, это конец истории.`,
    ],
    ['German of DOS', iconv.encode(dos, 'cp850'), dos],
    ['Russian of DOS in a frame', iconv.encode(framed, 'cp866'), framed],
    [
      'quotes of a Mac',
      iconv.encode('“Quoted,” he said — it’s café, and she’s “late”.', 'macintosh'),
      '“Quoted,” he said — it’s café, and she’s “late”.',
    ],
    [
      'Russian with English',
      iconv.encode('Привет, мир. This is a test of mixed languages.\n\n'.repeat(3), 'windows-1251'),
      'Привет, мир. This is a test of mixed languages.\n\n'.repeat(3),
    ],
    [
      'capitals',
      iconv.encode('СЕГОДНЯ НИКТО НЕ ПРИЕДЕТ, СКАЗАЛ ОН ВПОЛГОЛОСА', 'koi8-r'),
      'СЕГОДНЯ НИКТО НЕ ПРИЕДЕТ, СКАЗАЛ ОН ВПОЛГОЛОСА',
    ],
    ['Ctrl-Z at the end', latin1('Hello world.\r\n\r\nThe end.\r\n\x1a'), 'Hello world.\r\n\r\nThe end.\r\n'],
    ['a last block filled with Ctrl-Z', latin1(`The end.\r\n${'\x1a'.repeat(99)}`), 'The end.\r\n'],
    ['Ctrl-Z and NUL bytes at the end', latin1('The end.\n\x1a\0\0\0'), 'The end.\n'],
    ['Ctrl-Z behind German', iconv.encode(`${dos}\x1a`, 'cp437'), dos],
  ])('%s', (_what, given, text) => expect(decodeText(given).text).toBe(text));

  test.each<[what: string, bytes: Buffer]>([
    ['Ctrl-Z in the middle', latin1('one\x1atwo')],
    ['ten million of them, and a letter', latin1(`${'\x1a'.repeat(10_000_000)}a`)],
    ['a single letter', Buffer.from([0xd0])],
    ['noise', Buffer.from(Array.from({ length: 3000 }, (_, index) => 32 + ((index * index * 7919) % 223)))],
    [
      'a byte that is nothing in the only encoding that fits',
      Buffer.concat([iconv.encode(PARAGRAPHS.ja!, 'euc-jp'), Buffer.from([0xff])]),
    ],
    [
      'a control of C1 in Greek',
      Buffer.concat([iconv.encode(PARAGRAPHS.el!, 'iso-8859-7'), Buffer.from([0x81])]),
    ],
  ])('refuses %s', (_what, given) => expect(() => decodeText(given)).toThrow());
});

describe('an encoding that is named', () => {
  test.each([
    ['Latin1', 'windows-1252'],
    ['ISO-8859-1', 'windows-1252'],
    ['CP1251', 'windows-1251'],
    ['IBM850', 'cp850'],
    ['ibm866', 'cp866'],
    ['sjis', 'shift_jis'],
    ['GBK', 'gb18030'],
    ['mac', 'macintosh'],
    ['utf8', 'utf-8'],
    ['UTF-16', 'utf-16le'],
    ['klingon', undefined],
    ['base64', undefined],
    ['hex', undefined],
    ['_internal', undefined],
    ['toString', undefined],
    ['', undefined],
  ])('%s is %s', (label, name) => expect(encodingNamed(label)).toBe(name));

  test('is believed, as far as its bytes mean something in it', () => {
    const russianBytes = iconv.encode('Потом', 'windows-1251');
    expect(decodeText(russianBytes, 'koi8-r').text).toBe('оНРНЛ');
    expect(() => decodeText(iconv.encode('“no”', 'windows-1252'), 'iso-8859-2')).toThrow(
      'nothing in iso-8859-2',
    );
    expect(() => decodeText(Buffer.from([0x88, 0x9f, 0xff]), 'shift_jis')).toThrow('nothing in shift_jis');
    expect(() => decodeText(russianBytes, 'utf-8')).toThrow('not utf-8');
    expect(() => decodeText(bytes('\ufeffa text'), 'windows-1251')).toThrow('the mark of UTF-8');
  });
});
