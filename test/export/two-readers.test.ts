import { afterAll, describe, expect, test } from '@jest/globals';
import mammoth from 'mammoth';
import { extractText, getDocumentProxy } from 'unpdf';
import { textOf, type Block } from '../../src/library/blocks.js';
import { formats } from '../docx/formats.js';
import { lists } from '../docx/lists.js';
import { oddities } from '../docx/oddities.js';
import { texts } from '../docx/texts.js';
import { zip } from '../docx/zip.js';
import { Writing } from './writing.js';

const writing = new Writing();
afterAll(() => writing.end());

/** What mammoth, which knows nothing of us, finds in a DOCX: its paragraphs, and which words are bold and italic. */
async function asMammothReads(buffer: Buffer): Promise<string[]> {
  const styleMap = [
    'u => u',
    ...[1, 2, 3, 4, 5, 6].map((level) => `p[style-name='Heading ${level}'] => p:fresh`),
  ];
  const options = {
    styleMap: [...styleMap, 'p => p:fresh', 'p:unordered-list(1) => p:fresh'],
    ignoreEmptyParagraphs: false,
  };
  const { value } = await mammoth.convertToHtml({ buffer }, options);
  return [...value.matchAll(/<p>(.*?)<\/p>/gs)].map(([, html]) => plain(html!));
}

const plain = (html: string) =>
  html
    .replace(/<br \/>/g, '\n')
    .replace(/&(lt|gt|amp|quot);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[name]!);

const asHtml = ({ runs }: Block) =>
  runs
    .map(({ text, bold, italic, underline }) => {
      const slanted = italic ? `<em>${text}</em>` : text;
      const bolded = bold ? `<strong>${slanted}</strong>` : slanted;
      return underline ? `<u>${bolded}</u>` : bolded;
    })
    .join('');

/** What pdf.js finds on the pages; where it puts spaces depends on the places of the signs. */
async function asPdfJsReads(bytes: Buffer): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)));
  return text.map((page, index) => unspaced(page).replace(new RegExp(`${index + 1}$`), '')).join('');
}
const unspaced = (text: string) => text.normalize('NFC').replace(/[\s\u00ad]/g, '');

const lineOf = ({ marker, runs }: Block) => [marker?.text, textOf(runs)].filter(Boolean).join(' ');

describe('a document goes out as it came in, for readers that know nothing of us:', () => {
  test.each([...formats, ...lists, ...oddities, ...texts])('%s', async (_what, parts) => {
    const { blocks } = await writing.read(zip(parts));
    const documents = [writing.source(blocks)];
    const docx = await writing.write('docx', { documents });
    expect((await writing.read(docx)).blocks).toEqual(blocks);
    expect(await asMammothReads(docx)).toEqual(blocks.map(asHtml));
    const pdf = await writing.write('pdf', { documents });
    expect(await asPdfJsReads(pdf)).toBe(unspaced(blocks.map(lineOf).join('')));
    const txt = String(await writing.write('txt', { documents }));
    expect(txt.trim().split(/\n+ */)).toEqual(
      blocks.flatMap((block) => lineOf(block).trimEnd().split(/\n+/)),
    );
  });
});
