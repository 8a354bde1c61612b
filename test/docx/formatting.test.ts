import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block } from '../../src/library/blocks.js';
import { readDocx } from '../../src/docx/read-docx.js';
import { fileOf } from '../files/files.js';
import { formats } from './formats.js';
import { lists } from './lists.js';
import { oddities } from './oddities.js';
import { texts } from './texts.js';
import { documentOf, docxParts, paragraphOf, zip } from './zip.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'creditgate-docx-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(bytes: Buffer) {
  const path = join(folder, 'book');
  writeFileSync(path, bytes);
  const { blocks, ...facts } = await readDocx(path);
  return { ...facts, blocks: JSON.parse(Buffer.from(blocks).toString()) as Block[] };
}

/** A block in a line: kind and level, its (marker), alignment, and its runs with *bold*, /italic/ and _underline_ around them. */
function line({ type, level, marker, align, runs }: Block): string {
  const before = marker === undefined ? '' : `(${marker.text}) `;
  const kind = { paragraph: '', heading: `h${level} `, listItem: `${level} ` }[type] + before;
  const text = runs.map(({ text: plain, bold, italic, underline }) => {
    const marks = `${bold ? '*' : ''}${italic ? '/' : ''}${underline ? '_' : ''}`;
    return `${marks}${plain}${[...marks].reverse().join('')}`;
  });
  return `${kind}${align === undefined ? '' : `<${align}> `}${text.join('')}`;
}
const linesOf = async (bytes: Buffer) => (await read(bytes)).blocks.map(line);

describe('a document that LibreOffice wrote', () => {
  test('from ODF: formatting, lists, alignment, a table, a note, a tracked change', async () => {
    expect(await linesOf(fileOf('docx', 'chapter.docx'))).toEqual([
      '<center> *The Sea and the Keeper*',
      'h1 *The Harbour*',
      'Some *bold*, /italic/, _underlined_ and */_all of it_/*; *strong by its style*.',
      'h2 /A scene by the sea/',
      '<center> In the middle',
      '<justify> Set in justified lines, with a note[1] in it.',
      '<right> *Yours, *the keeper',
      'Bold by inheritance',
      '0 (1.) Light the lamp',
      '1 (•) with oil',
      '0 (2.) Watch',
      '0 (•) Gulls',
      'High\t06:10',
      'Low\t12:25',
      'It was a dark and quiet night.\tEnde\ngut 🌊 — _the sea_',
      '[1] The keeper’s own words.',
    ]);
  });

  test('from RTF: styles that inherit from styles', async () => {
    const { title, headings, blocks } = await read(fileOf('docx', 'letter.docx'));
    expect(title).toBe('The Letter');
    expect(headings).toEqual([
      { level: 1, text: 'The Lighthouse' },
      { level: 1, text: 'A heading by inheritance' },
    ]);
    expect(blocks.map(line)).toEqual([
      'h1 *The Lighthouse*',
      'h1 */A heading by inheritance/*',
      'A *loud* and a */louder/* word, _underlined_.',
      '<right> *Yours, *the keeper',
      '<right> *Bold and right by inheritance*',
      '<justify> It was a dark and quiet night.',
      '<center> Fin',
    ]);
  });

  test('from HTML: nested lists, and a table whose cells are more than a line', async () => {
    expect(await linesOf(fileOf('docx', 'page.docx'))).toEqual([
      'h1 *Notes from the Pier*',
      'Nets are *mended* /by //_hand_/.',
      'h2 *What is needed*',
      '0 (•) Twine',
      '1 (•) tarred',
      '0 (•) A needle',
      '0 (1.) Cut',
      '0 (2.) Knot',
      '<right> Signed at noon',
      'Boat',
      'Wind',
      'and tide',
    ]);
  });
});

describe('WordprocessingML means', () => {
  test.each([...formats, ...lists, ...oddities, ...texts])('%s', async (_what, parts, lines) => {
    expect(await linesOf(zip(parts))).toEqual(lines);
  });

  test('the same in UTF-16', async () => {
    const document = documentOf(paragraphOf('Große Bäume')).replace('UTF-8', 'UTF-16');
    expect(await linesOf(zip(docxParts(Buffer.from(`\ufeff${document}`, 'utf16le'))))).toEqual([
      '*Große Bäume*',
    ]);
  });

  test('the same in its strict form', async () => {
    const document = documentOf(paragraphOf('Strict')).replace(
      'http://schemas.openxmlformats.org/wordprocessingml/2006/main',
      'http://purl.oclc.org/ooxml/wordprocessingml/main',
    );
    expect(await linesOf(zip(docxParts(document)))).toEqual(['*Strict*']);
  });

  test('and counts characters, words and paragraphs of what it means', async () => {
    const body = `${paragraphOf('Two words')}<w:p/>${paragraphOf('One🌊')}`;
    expect(await read(zip(docxParts(documentOf(body))))).toMatchObject({
      title: 'Two words',
      characters: 13,
      words: 3,
      paragraphs: 2,
      headings: [],
    });
  });
});
