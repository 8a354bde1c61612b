import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OlderLists } from '../../src/export/older-lists.js';
import type { Block, Run } from '../../src/library/blocks.js';
import { fileOf } from '../files/files.js';
import { filesOf } from './files-of.js';
import { Writing } from './writing.js';

const writing = new Writing();
afterAll(() => writing.end());

/** As the exports have them: items of a list with their markers. */
function marked(blocks: Block[]): Block[] {
  const lists = new OlderLists();
  return blocks.map((block) => lists.mark(block));
}

/** Exported to DOCX and read again. */
async function again(blocks: Block[]): Promise<Block[]> {
  return (await writing.read(await writing.write('docx', { documents: [writing.source(blocks)] }))).blocks;
}

describe('a DOCX exported and read again has the same blocks:', () => {
  test.each(['chapter.docx', 'letter.docx', 'page.docx'])('%s of LibreOffice', async (name) => {
    const { title, blocks } = await writing.read(fileOf('docx', name));
    const bytes = await writing.write('docx', { title, documents: [writing.source(blocks)] });
    expect(await writing.read(bytes)).toEqual({ title, blocks });
  });

  test('headings of every level, lists within lists, every alignment', async () => {
    const runs = [{ text: 'text' }];
    const levels = Array.from({ length: 9 }, (_, level) => level);
    const blocks: Block[] = [
      ...levels.map((level): Block => ({ type: 'heading', level: level + 1, runs })),
      ...levels.map((level): Block => ({ type: 'listItem', level, ordered: level % 2 === 0, runs })),
      ...(['center', 'right', 'justify'] as const).map((align): Block => ({
        type: 'paragraph',
        align,
        runs,
      })),
    ];
    expect(await again(blocks)).toEqual(marked(blocks));
  });

  test('right-to-left text, its numbers and the other words in it', async () => {
    const texts = [
      'הים (מספר 42) ועל Jerusalem.',
      'رقم ٤٢ في London، والسلام',
      'English with עברית in it',
      'ab\tגד\nef',
    ];
    const blocks = texts.map((text): Block => ({ type: 'paragraph', align: 'right', runs: [{ text }] }));
    expect(await again(blocks)).toEqual(blocks);
  });

  test('tabs and line breaks as Word has them', async () => {
    const documents = [writing.source([{ type: 'paragraph', runs: [{ text: 'a\tb\nc' }] }])];
    const xml = String((await filesOf(await writing.write('docx', { documents }))).get('word/document.xml'));
    expect(xml).toMatch(/>a<.*<w:tab\/>.*>b<.*<w:br\/>.*>c</);
  });

  test('words that the library which writes it takes for page numbers', async () => {
    const blocks = ['CURRENT', 'TOTAL_PAGES', '<b>&amp;</b>', ' spaces  kept '].map((text): Block => ({
      type: 'paragraph',
      runs: [{ text }],
    }));
    expect(await again(blocks)).toEqual(blocks);
  });

  test('whatever is in it', async () => {
    const text = fc
      .string({ unit: fc.constantFrom(...'ab \t\n<&"\u00a0é漢שع🌊-'), minLength: 1, maxLength: 12 })
      .filter((one) => one.trim() !== '');
    const look = fc.constantFrom<Omit<Run, 'text'>>({}, { bold: true }, { italic: true, underline: true });
    const kind = fc.constantFrom<Omit<Block, 'runs'>>(
      { type: 'paragraph' },
      { type: 'heading', level: 2 },
      { type: 'listItem', level: 1, ordered: true },
      { type: 'paragraph', align: 'justify' },
    );
    // Two runs that look the same would be one.
    const runs = fc
      .array(fc.tuple(text, look), { minLength: 1, maxLength: 3 })
      .map((all) => all.map(([one, how]) => ({ text: one, ...how })))
      .filter((all) => all.every((run, index) => index === 0 || run.bold !== all[index - 1]!.bold));
    const blocks = fc.array(
      fc.tuple(kind, runs).map(([how, all]): Block => ({ ...how, runs: all })),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(blocks, async (all) => expect(await again(all)).toEqual(marked(all))),
      { numRuns: 60 },
    );
  });

  test('several documents in one, each on a page of its own', async () => {
    const [one, two] = ['One', 'Two'].map((text): Block[] => [{ type: 'paragraph', runs: [{ text }] }]);
    const documents = [writing.source(one!), writing.source(two!)];
    const bytes = await writing.write('docx', { documents });
    expect((await writing.read(bytes)).blocks).toEqual([...one!, ...two!]);
  });

  test('but for signs that XML has no place for', async () => {
    const blocks: Block[] = [{ type: 'paragraph', runs: [{ text: 'a\u001bb\ufffec\fd\ud800' }] }];
    expect(await again(blocks)).toEqual([{ type: 'paragraph', runs: [{ text: 'abc\nd\ufffd' }] }]);
  });
});

describe('a text', () => {
  test('is plain, with the marks of its lists', async () => {
    const item = (text: string, level: number, ordered: boolean): Block => ({
      type: 'listItem',
      level,
      ordered,
      runs: [{ text }],
    });
    const blocks: Block[] = [
      { type: 'heading', level: 1, runs: [{ text: 'The ' }, { text: 'Sea', bold: true }] },
      item('Light the lamp', 0, true),
      item('with oil', 1, false),
      item('and a match', 1, true),
      item('Watch', 0, true),
      item('once more', 1, true),
      { type: 'paragraph', runs: [{ text: 'Höhe\t06:10' }] },
      item('One', 0, true),
    ];
    const documents = [
      writing.source(blocks),
      writing.source([{ type: 'paragraph', runs: [{ text: 'Fin' }] }]),
    ];
    expect(String(await writing.write('txt', { documents }))).toBe(
      'The Sea\n\n1. Light the lamp\n  • with oil\n  1. and a match\n2. Watch\n  1. once more\n\n' +
        'Höhe\t06:10\n\n1. One\n\n\n\nFin\n',
    );
  });

  test('as JSON has all that is stored', async () => {
    const { blocks } = await writing.read(fileOf('docx', 'chapter.docx'));
    const document = writing.source(blocks);
    const { blocks: _, createdAt, ...facts } = document;
    const documents = [document];
    expect(JSON.parse(String(await writing.write('json', { documents })))).toEqual({
      title: 'The Sea',
      documents: [{ ...facts, createdAt: createdAt.toISOString(), blocks }],
      recordings: [],
    });
  });
});
