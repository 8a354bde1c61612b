import { MB, filled, times, wordsOf } from './fillers.mjs';

/** The limit for texts, without a margin. */
const ALL = 10 * MB;

/** As the documents are; those with `exports` are made into these formats when they were accepted. */
export const texts = [
  { name: 'five million lines', quick: true, make: () => filled(ALL, 'a\n') },
  {
    name: 'five million lines behind a blank one',
    make: () => Buffer.concat([Buffer.from('a\n\n'), filled(ALL - 3, 'a\n')]),
  },
  { name: 'three million paragraphs', make: () => filled(ALL, 'a\n\n') },
  { name: 'three million lines of Windows', make: () => filled(ALL, 'a\r\n') },
  { name: 'five million lines of an old Mac', make: () => filled(ALL, 'a\r') },
  {
    name: 'a line of 10 MB',
    make: () => Buffer.from(wordsOf(ALL - 1_000)),
    exports: ['pdf', 'docx', 'json'],
  },
  {
    name: 'ten million empty lines',
    make: () => Buffer.concat([Buffer.from('a'), filled(ALL - 2, '\n'), Buffer.from('b')]),
  },
  {
    name: 'ten million spaces',
    make: () => Buffer.concat([Buffer.from('a\n'), filled(ALL - 3, ' '), Buffer.from('b')]),
  },
  {
    name: 'lines of spaces',
    make: () => Buffer.concat([Buffer.from('a'), filled(ALL - 2, ' \n'), Buffer.from('b')]),
  },
  { name: 'two million pairs of surrogates', make: () => filled(ALL, '😀'), exports: ['pdf'] },
  { name: 'five million words', make: () => filled(ALL, 'a ') },
  { name: '10 MB in an old encoding', make: () => filled(ALL, Buffer.from('c3a9e8e920', 'hex')) },
  {
    name: '10 MB of UTF-16',
    make: () => Buffer.concat([Buffer.from('fffe', 'hex'), filled(ALL - 2, Buffer.from('a\n', 'utf16le'))]),
  },
  {
    name: '10 MB of UTF-32',
    make: () =>
      Buffer.concat([
        Buffer.from('fffe0000', 'hex'),
        filled(ALL - 4, Buffer.from('610000000a000000', 'hex')),
      ]),
  },
  {
    name: '95,000 paragraphs in three scripts',
    quick: true,
    make: () => Buffer.from(times(95_000, (n) => `שלום ${n} مرحبا word ${n}\n`)),
    exports: ['pdf', 'docx'],
  },
  {
    name: '95,000 paragraphs of many directions',
    make: () => Buffer.from(times(95_000, () => `${'אa1'.repeat(25)}\n`)),
    exports: ['pdf', 'docx', 'txt'],
  },
  {
    name: '10 MB of signs that no font has',
    make: () => filled(ALL, '\u{1f9ff}\u{10ffff}'),
    exports: ['pdf'],
  },
  {
    name: '10 MB of combining marks',
    make: () => Buffer.concat([Buffer.from('a'), filled(ALL - 2, '\u0301')]),
    exports: ['pdf'],
  },
].map((file) => ({ ...file, route: '/api/upload/txt' }));
