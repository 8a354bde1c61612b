import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { MB, filled, times, wordsOf } from './fillers.mjs';

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const MAIN = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';

const run = (text) => `<w:r><w:t>${text}</w:t></w:r>`;
const paragraph = (text) => `<w:p>${run(text)}</w:p>`;
const xml = (name, content) => `<?xml version="1.0"?><w:${name} ${W}>${content}</w:${name}>`;
const relation = (kind, target) =>
  `<Relationship Id="r${target}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
const relations = (content) => `<Relationships xmlns="${PACKAGE}/relationships">${content}</Relationships>`;

/** A DOCX of a body, and of further parts by their names. */
function docx(body, { parts = {}, head = '', types = '' } = {}) {
  const all = {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Override PartName="/word/document.xml" ContentType="${MAIN}"/>${types}</Types>`,
    '_rels/.rels': relations(
      relation('officeDocument', 'word/document.xml') + relation('core-properties', 'core.xml'),
    ),
    'word/_rels/document.xml.rels': relations(
      ['styles', 'numbering', 'footnotes'].map((kind) => relation(kind, `${kind}.xml`)).join(''),
    ),
    'word/document.xml': `${head}${xml('document', `<w:body>${body}</w:body>`)}`,
    ...parts,
  };
  const zip = new ZipFile();
  for (const [name, data] of Object.entries(all)) {
    zip.addBuffer(Buffer.from(data), name, { compressionLevel: 1 });
  }
  zip.end();
  return buffer(zip.outputStream);
}

const word = paragraph('word');
const titled = (title) =>
  docx(word, {
    parts: { 'core.xml': `<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title></c>` },
  });
const withPart = (name, content, body = word) =>
  docx(body, { parts: { [`word/${name}.xml`]: xml(name, content) } });
const note = (id, content) => `<w:footnote w:id="${id}">${content}</w:footnote>`;
const reference = (id) => `<w:r><w:footnoteReference w:id="${id}"/></w:r>`;
const style = (id, name = id) =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/></w:style>`;

/** Each makes one native call of its reader huge, or very many tiny ones. `quick` ones are tried with every change. */
export const documents = [
  { name: 'a title of 40 MB', quick: true, make: () => titled(wordsOf(40 * MB)) },
  { name: 'a title of 9 MB', make: () => titled(wordsOf(9 * MB)) },
  { name: 'a title of spaces', make: () => titled(`${wordsOf(MB)}${' '.repeat(7 * MB)}x`) },
  { name: 'a paragraph of 40 MB', make: () => docx(paragraph(wordsOf(40 * MB))) },
  { name: 'a line of 9 MB', make: () => docx(paragraph(wordsOf(9 * MB))) },
  {
    name: 'spaces before the end of a text',
    quick: true,
    make: () => docx(paragraph(`a${' '.repeat(7 * MB)}x`)),
  },
  {
    name: 'a footnote of 38 MB',
    quick: true,
    make: () => withPart('footnotes', note(1, paragraph(wordsOf(38 * MB))), `<w:p>${reference(1)}</w:p>`),
  },
  {
    name: '200,000 footnotes',
    make: () =>
      withPart(
        'footnotes',
        times(200_000, (n) => note(n, word)),
        `<w:p>${reference(1)}</w:p>`,
      ),
  },
  {
    name: '50,000 references to a long footnote',
    quick: true,
    make: () =>
      withPart('footnotes', note(1, word.repeat(50_000)), `<w:p>${reference(1).repeat(50_000)}</w:p>`),
  },
  {
    name: '9,999 styles with long names',
    make: () =>
      withPart(
        'styles',
        times(9_999, (n) => style(`s${n}${wordsOf(4_000)}`)),
      ),
  },
  { name: 'a style with a name of 40 MB', make: () => withPart('styles', style('a', wordsOf(40 * MB))) },
  {
    name: 'a million styles',
    make: () =>
      withPart(
        'styles',
        times(900_000, (n) => style(`s${n}`)),
      ),
  },
  {
    name: '20,000 lists',
    make: () =>
      withPart(
        'numbering',
        times(
          19_999,
          (n) =>
            `<w:abstractNum w:abstractNumId="${n}">${times(9, (level) => `<w:lvl w:ilvl="${level}"/>`)}</w:abstractNum>`,
        ),
      ),
  },
  {
    name: 'two million levels in a list',
    make: () =>
      withPart(
        'numbering',
        `<w:abstractNum w:abstractNumId="1">${times(2_000_000, (n) => `<w:lvl w:ilvl="${n}"/>`)}</w:abstractNum>`,
      ),
  },
  {
    name: 'tables nested 250 deep',
    make: () => docx(`${'<w:tbl><w:tr><w:tc>'.repeat(80)}${word}${'</w:tc></w:tr></w:tbl>'.repeat(80)}`),
  },
  {
    name: 'elements nested 200,000 deep',
    make: () => docx(`${'<w:p>'.repeat(200_000)}${'</w:p>'.repeat(200_000)}`),
  },
  {
    name: 'a row of 99,000 cells',
    make: () => docx(`<w:tbl><w:tr>${`<w:tc>${word}</w:tc>`.repeat(99_000)}</w:tr></w:tbl>`),
  },
  {
    name: 'half a million runs',
    make: () =>
      docx(`<w:p>${times(25_000, (n) => `<w:r><w:rPr><w:b/></w:rPr><w:t>${n}</w:t></w:r>${run(n)}`)}</w:p>`),
  },
  {
    name: 'a million attributes',
    quick: true,
    make: () => docx(`<w:p ${times(1_000_000, (n) => `a${n}="" `)}/>`),
  },
  { name: 'an attribute of 40 MB', make: () => docx(`<w:p w:a="${wordsOf(40 * MB)}"/>${word}`) },
  { name: 'a comment of 40 MB', make: () => docx(`<!--${wordsOf(40 * MB)}-->${word}`) },
  { name: 'CDATA of 40 MB', make: () => docx(paragraph(`<![CDATA[${wordsOf(40 * MB)}]]>`)) },
  { name: 'an instruction of 40 MB', make: () => docx(`<?x ${wordsOf(40 * MB)}?>${word}`) },
  {
    name: 'eight million entities',
    make: () => docx(paragraph(times(200_000, (n) => `${n}${'&amp;'.repeat(40)}`))),
  },
  {
    name: 'six million character references',
    make: () => docx(paragraph(times(200_000, (n) => `${n}${'&#x41;'.repeat(30)}`))),
  },
  {
    name: 'a billion laughs',
    quick: true,
    make: () =>
      docx(paragraph('&c;'), {
        head: `<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(1_000)}"><!ENTITY c "${'&b;'.repeat(1_000)}">]>`,
      }),
  },
  {
    name: 'a ZIP of 5,000 parts',
    quick: true,
    make: () =>
      docx(word, { parts: Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`p/${n}`, ''])) }),
  },
  {
    name: 'a ZIP of 990 parts',
    make: () =>
      docx(word, {
        parts: Object.fromEntries(Array.from({ length: 990 }, (_, n) => [`p/${n}`, filled(90_000, `${n} `)])),
      }),
  },
  {
    name: '300,000 relationships',
    make: () =>
      docx(word, {
        parts: {
          'word/_rels/document.xml.rels': relations(times(300_000, (n) => relation(`k${n}`, `t${n}`))),
        },
      }),
  },
  {
    name: '300,000 types',
    make: () => docx(word, { types: times(300_000, (n) => `<Override PartName="/p${n}" ContentType="t"/>`) }),
  },
].map((file) => ({ ...file, route: '/api/docx' }));
