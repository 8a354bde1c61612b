import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { extractText, getDocumentProxy } from 'unpdf';
import type { Block } from '../../src/library/blocks.js';
import { Writing } from './writing.js';

const writing = new Writing();
afterAll(() => writing.end());

const paragraph = (text: string, more: Partial<Block> = {}): Block => ({
  type: 'paragraph',
  ...more,
  runs: [{ text }],
});
const open = async (...blocks: Block[][]) => {
  const documents = blocks.map((all) => writing.source(all));
  return getDocumentProxy(new Uint8Array(await writing.write('pdf', { documents })));
};
/** Page by page, as a program finds it that knows nothing of us. */
const pagesOf = async (pdf: Awaited<ReturnType<typeof open>>) => {
  const { text } = await extractText(pdf);
  return text.map((page) => page.replace(/\s+/g, ' '));
};
const textOf = async (...blocks: Block[]) => (await pagesOf(await open(blocks))).join(' ');

describe('the text of a PDF is found again:', () => {
  test.each([
    ['Latin', 'It was a dark and quiet night, naïve and “calm” – Đà Nẵng, łódź, İstanbul.'],
    ['Greek', 'Η θάλασσα ήταν ήρεμη.'],
    ['Cyrillic', 'Смотритель поднялся по лестнице.'],
    ['Armenian and Georgian', 'Հայերեն ქართული'],
    ['Chinese', '那天夜里海面平静，守塔人提着灯走上楼梯。'],
    ['Japanese', '海は静かだった。灯台守はランプを持って。'],
    ['Korean', '바다는 고요했다. 등대지기는 등불을 들고.'],
    ['signs', '→ ∑ ≤ ☺ 😀 ½ €'],
  ])('%s', async (_what, text) => {
    expect(await textOf(paragraph(text))).toContain(text);
  });

  test('bold, italic and underlined, through lines and centred', async () => {
    const styles = [
      {},
      { bold: true },
      { italic: true },
      { bold: true, italic: true, underline: true },
    ] as const;
    const runs = styles.map((style, index) => ({ text: `style number ${index} of these, `, ...style }));
    const all = runs
      .map(({ text }) => text)
      .join('')
      .trim();
    const block: Block = { type: 'paragraph', align: 'center', runs: [...runs, { text: 'x '.repeat(200) }] };
    expect(await textOf(block)).toContain(all);
  });

  test('justified, in words', async () => {
    const text = Array.from({ length: 60 }, (_, n) => `word${n}`).join(' ');
    expect(await textOf(paragraph(text, { align: 'justify' }))).toContain(text);
  });

  test.each([
    ['Hebrew', ['שלום', 'עולם', 'והשומר']],
    // With a ligature of two letters in the middle.
    ['Arabic', ['السلام', 'على', 'الأرض']],
  ])('%s, word by word', async (_what, words) => {
    for (const align of [undefined, 'justify'] as const) {
      const found = await textOf(paragraph(words.join(' '), { align }));
      for (const word of words) expect(found).toContain(word);
      if (align === undefined) expect(found).toContain(words.join(' '));
    }
  });

  test('a word longer than a line, and one longer than a page', async () => {
    for (const length of [300, 30_000]) {
      const text = (await pagesOf(await open([paragraph('x'.repeat(length))]))).join('');
      expect(text.replace(/[^x]/g, '')).toHaveLength(length);
    }
  });

  test('lists with their numbers, tabs as spaces, lines where they were broken', async () => {
    const item = (text: string): Block => ({ type: 'listItem', level: 0, ordered: true, runs: [{ text }] });
    const found = await textOf(item('Light the lamp'), item('Watch'), paragraph('High\t06:10\nLow\t12:25'));
    expect(found).toContain('1. Light the lamp 2. Watch High 06:10 Low 12:25');
  });

  test('with boxes for what no font has, and nothing for what cannot be seen', async () => {
    expect(await textOf(paragraph('a\u{1F30A}b \u001bsoft\u00adhyphen\u200b \u202bend\u202c'))).toMatch(
      /^a.b softhyphen end 1$/u,
    );
  });
});

/** What is drawn, with the place of each piece on its page. */
async function placesOf(...blocks: Block[]): Promise<{ str: string; x: number; y: number; width: number }[]> {
  const page = await (await open(blocks)).getPage(1);
  const { items } = await page.getTextContent();
  return items.flatMap((item) =>
    'str' in item && item.str.trim() !== ''
      ? [
          {
            str: item.str.trim(),
            x: item.transform[4] as number,
            y: item.transform[5] as number,
            width: item.width,
          },
        ]
      : [],
  );
}

describe('on the page', () => {
  const left = 72;
  const right = 595.28 - 72;

  test('lines begin and end where their alignment says', async () => {
    const [plain, centre, end] = await placesOf(
      paragraph('one'),
      paragraph('one', { align: 'center' }),
      paragraph('one', { align: 'right' }),
    );
    expect(plain!.x).toBeCloseTo(left, 1);
    expect(centre!.x + centre!.width / 2).toBeCloseTo((left + right) / 2, 1);
    expect(end!.x + end!.width).toBeCloseTo(right, 1);
  });

  test('right-to-left lines begin at the right, and read from there', async () => {
    const places = await placesOf(paragraph('ראשון one שני 42 שלישי'));
    const order = ['ראשון', 'one', 'שני', '42', 'שלישי'];
    const xs = order.map((word) => places.find(({ str }) => str === word)!.x);
    expect(xs).toEqual(xs.toSorted((a, b) => b - a));
    const first = places.find(({ str }) => str === 'ראשון')!;
    expect(first.x + first.width).toBeCloseTo(right, 0);
  });

  test('Arabic digits run to the right in text that runs to the left', async () => {
    const places = await placesOf(paragraph('رقم ٤٢'));
    expect(places.map(({ str }) => str).join(' ')).toContain('رقم ٤٢');
  });

  test('nothing leaves the page, whatever is how long', async () => {
    const texts = [
      'word '.repeat(300),
      '海'.repeat(300),
      'שלום '.repeat(300),
      'x'.repeat(300),
      'ab\u00a0'.repeat(300),
    ];
    for (const align of [undefined, 'justify'] as const) {
      for (const text of texts) {
        const places = (await placesOf(paragraph(text, { align }))).filter(({ y }) => y > 60);
        expect(Math.min(...places.map(({ x }) => x))).toBeGreaterThan(left - 1);
        expect(Math.max(...places.map(({ x, width }) => x + width))).toBeLessThan(right + 1);
      }
    }
  });
});

describe('a PDF', () => {
  let pdf: Awaited<ReturnType<typeof open>>;
  const heading = (text: string, level: number): Block => ({ type: 'heading', level, runs: [{ text }] });

  beforeAll(async () => {
    pdf = await open(
      [heading('Part', 1), heading('Chapter', 2), paragraph('text '.repeat(2_000)), heading('Next', 2)],
      [heading('Second part', 1)],
    );
  });

  test('has its headings as contents, each below the one it belongs to', async () => {
    const outline = await pdf.getOutline();
    const titles = outline.map(({ title, items }) => [
      title,
      items.map((item: { title: string }) => item.title),
    ]);
    expect(titles).toEqual([
      ['Part', ['Chapter', 'Next']],
      ['Second part', []],
    ]);
  });

  test('has numbered pages, and each document begins on one of its own', async () => {
    const pages = await pagesOf(pdf);
    expect(pages.length).toBeGreaterThan(3);
    pages.forEach((page, index) => expect(page).toMatch(new RegExp(`(^| )${index + 1}$`)));
    expect(pages.at(-1)).toContain('Second part');
    expect(pages.at(-1)).not.toContain('text');
  });

  test('has a title', async () => {
    expect((await pdf.getMetadata()).info).toMatchObject({ Title: 'The Sea' });
  });
});

describe('what could never be finished in time is refused before it is begun:', () => {
  test.each([
    ['95,000 paragraphs in three scripts', 95_000, 'שלום 1 مرحبا word 1'],
    ['a million and more Devanagari letters', 30_000, 'नमस्ते दुनिया यह एक लंबा पाठ है नमस्ते दुनिया'],
  ])('%s', async (_what, count, text) => {
    const documents = [writing.source(Array.from({ length: count }, () => paragraph(text)))];
    await expect(writing.write('pdf', { documents })).rejects.toMatchObject({ code: 'file_too_complex' });
  });
});
