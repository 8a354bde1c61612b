import { randomBytes } from 'node:crypto';
import type { BadFile } from './bad-docx.js';
import {
  docx,
  docxParts,
  documentOf,
  packedBomb,
  paragraphOf,
  relationships,
  zip,
  type ZipEntry,
} from './zip.js';

const MIB = 1024 * 1024;
const text = paragraphOf('A text');
const numbered = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join('');

/** A mebibyte that packs well, but not so well that a rule about ratios sees it. */
const noise = numbered(MIB / 128, () => randomBytes(16).toString('hex') + 'a'.repeat(96));

/** A document with so many mebibytes of a filler in its middle, and what its directory says about that. */
function filled(
  [head, tail]: [string, string],
  filler: string,
  times: number,
  says?: ZipEntry['says'],
): Buffer {
  const packed = packedBomb(head, filler, times, tail);
  const inflatedBytes = head.length + filler.length * times + tail.length;
  const [types, relations, main] = docxParts('');
  return zip([types!, relations!, { ...main!, packed, says: { inflatedBytes, ...says } }]);
}
const around = (body: string) => documentOf(body).split('HERE') as [string, string];
const oneWord = around(paragraphOf('HERE'));
const letters = 'a'.repeat(MIB);

export const bombs: BadFile[] = [
  ['1.5 million paragraphs', () => docx('<w:p/>'.repeat(1_500_000)), 422, 'file_too_complex'],
  ['100,001 paragraphs', () => docx(paragraphOf('x').repeat(100_001)), 422, 'file_too_complex'],
  ['300 MB of one letter', () => filled(oneWord, letters, 300), 422, 'file_too_complex'],
  [
    '300 MB of one letter that are said to be 7',
    () => filled(oneWord, letters, 300, { inflatedBytes: 7 * MIB }),
    422,
    'file_too_complex',
  ],
  [
    'more than 100 MB in parts that nobody reads',
    () =>
      docx(
        text,
        Array.from({ length: 15 }, (_, n) => ({ name: `p${n}`, data: ' '.repeat(7 * MIB) })),
      ),
    422,
    'file_too_complex',
  ],
  ['one word of 90 MB', () => filled(oneWord, noise, 90), 422, 'file_too_complex'],
  ['a comment of 90 MB', () => filled(around(`<!--HERE-->${text}`), noise, 90), 422, 'file_too_complex'],
  ['a name of 90 MB', () => filled(around(`<w:HERE/>${text}`), noise, 90), 422, 'file_too_complex'],
  ['a value of 90 MB', () => filled(around(`<w:p a="HERE"/>${text}`), noise, 90), 422, 'file_too_complex'],
  [
    'a million attributes',
    () => docx(`<w:p ${numbered(1_000_000, (n) => `a${n}="" `)}/>`),
    422,
    'file_too_complex',
  ],
  [
    'elements nested 100,000 deep',
    () => docx(`${'<w:tbl>'.repeat(100_000)}${'</w:tbl>'.repeat(100_000)}`),
    422,
    'file_too_complex',
  ],
  [
    'half a million changes of format',
    () =>
      docx(
        `<w:p>${numbered(250_001, (n) => `<w:r><w:t>a${n}</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>b${n}</w:t></w:r>`)}</w:p>`,
      ),
    422,
    'file_too_complex',
  ],
  [
    'half a million styles',
    () => {
      const styles = numbered(500_000, (n) => `<w:style w:styleId="s${n}"><w:name w:val="n${n}"/></w:style>`);
      return docx(text, [
        { name: 'word/_rels/document.xml.rels', data: relationships([['styles', 'styles.xml']]) },
        { name: 'word/styles.xml', data: documentOf(styles) },
      ]);
    },
    422,
    'file_too_complex',
  ],
];
